"""What proves consent, and where the person was: kept with the lead as the sender gave it."""

from senders.answers import Sorted
from senders.document import last
from senders.errors import UnusableField
from senders.lead import ParseSettings, Remarks
from senders.text import storable
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

_UNTICKED = words("""
    false 0 0.0 no n off none null unchecked declined decline disagree nein non nao undefined
    na n/a optout opt-out
""")
_UNTICKED_OPENINGS = ("i do not", "i don't", "do not", "don't", "no,", "no ", "not ")


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
    """Say whether a consent field was ticked; many forms send the box's label for "yes"."""
    text = storable(_plain(value))
    if text is None:
        return False
    text = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return text not in _UNTICKED and not text.startswith(_UNTICKED_OPENINGS)


def _plain(value: object) -> object:
    """Checkboxes often arrive as a list of the labels that were ticked."""
    value = last(value)
    if isinstance(value, list):
        return ", ".join(filter(None, (storable(item) for item in value)))
    return value
