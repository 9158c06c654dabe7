"""ClickFunnels, 2.0 and Classic.

In 2.0 `contact.created` and `contact.identified` both tell of one person, under two events;
that is left to the rule that one number is one person. Typeform's envelope, its answers taken
apart by Zapier or Make, looks the same but for the name of its event.
"""

from senders.answers import Answers
from senders.words import words

MARKS = words("event_type contact contact_profile")


def recognize(tree: dict[str, object]) -> Answers | None:
    """Read a contact of ClickFunnels 2.0 or Classic."""
    data = tree.get("data")
    known = "event_type" in tree and "event_id" in tree
    if isinstance(data, dict) and known and not _is_typeform(tree["event_type"]):
        return Answers("clickfunnels", data, lead_id=tree["event_id"])
    return _classic(tree)


def _is_typeform(event_type: object) -> bool:
    return isinstance(event_type, str) and event_type.startswith("form_response")


def _classic(tree: dict[str, object]) -> Answers | None:
    inner = tree.get("contact")
    contact = inner if isinstance(inner, dict) else tree
    profile = contact.get("contact_profile")
    if not isinstance(profile, dict):
        return None
    return Answers("clickfunnels-classic", {**contact, **_without_empty(profile)})


def _without_empty(profile: dict[str, object]) -> dict[str, object]:
    """Classic repeats the contact in its profile, where half of it may be empty."""
    return {key: value for key, value in profile.items() if value not in (None, "")}
