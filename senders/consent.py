"""What proves consent, and where the person was: kept with the lead as the sender gave it."""

import re

from senders.answers import Sorted
from senders.document import last
from senders.errors import UnusableField
from senders.lead import ParseSettings, Remarks
from senders.text import storable, unaccented
from senders.words import words

KEPT = (
    "consent",
    "disclosure",
    "trusted_form_cert_url",
    "trusted_form_token",
    "trusted_form_ping_url",
    "jornaya_lead_id",
    "ip",
    "user_agent",
    "page_url",
    "submitted_at",
    "state",
    "zip",
    "time_zone",
)

# Without case, accents, spaces and all marks: "Opt-Out." is "optout", "0.0" is "00".
_UNTICKED = words("""
    false f 0 00 no n off none null nil unchecked declined decline disagree nein non nao
    undefined na optout optedout optingout refused refuse rejected reject denied deny revoked
    revoke withdrawn withdraw unsubscribed unsubscribe pending unknown unconfirmed expired
    never disallowed
""")
_UNTICKED_OPENINGS = (
    *("i do not ", "i dont ", "do not ", "dont ", "no ", "not ", "nao ", "nein ", "non "),
    *("i disagree", "i decline", "i refuse", "i reject", "opt out ", "opted out "),
)
_TICKS = frozenset("\u2713\u2714\u2611\u2705\U0001f5f8\U0001f5f9\U0001f44d")
_APOSTROPHES = str.maketrans(dict.fromkeys("'\u2019\u02bc`"))
_SAID = re.compile(r"[^\W_]+")


def kept(found: Sorted) -> dict[str, object]:
    """Return what is known of consent and place, all of it plain text."""
    known: dict[str, object] = {}
    for role in KEPT:
        for item in found.get(role, ()):
            text = storable(_plain(item.value))
            if text is not None:
                known.setdefault(role, text)
    return known


def require_consent(found: Sorted, settings: ParseSettings, remarks: Remarks) -> None:
    """Add an error when consent is demanded and was not given."""
    given = [is_ticked(item.value) for item in found.get("consent", ())]
    if settings.consent_required and not (given and all(given)):
        remarks.errors.append(
            UnusableField("consent", "missing", "The person has not agreed to be texted.").error
        )
    elif given and not all(given):
        remarks.notes.append("The consent box was not ticked.")


def is_ticked(value: object) -> bool:
    """Say whether a consent field was ticked; many forms send the box's label for "yes".

    What is not surely a "no" counts as one only where it says so: a form's own words for
    "yes" are without number.
    """
    text = storable(_plain(value))
    if text is None:
        return False
    said = _SAID.findall(unaccented(text.casefold().translate(_APOSTROPHES)))
    if not said:
        return not _TICKS.isdisjoint(text)  # of marks alone, "-" and an empty box are no "yes"
    return "".join(said) not in _UNTICKED and not " ".join(said).startswith(_UNTICKED_OPENINGS)


def _plain(value: object) -> object:
    """Checkboxes often arrive as a list of the labels that were ticked."""
    value = last(value)
    if isinstance(value, list):
        return ", ".join(filter(None, (storable(item) for item in value)))
    return value
