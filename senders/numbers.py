"""Which of a lead's phone numbers counts: the mobile one, and it is written down why."""

from senders.answers import Found, Sorted
from senders.document import Repeated
from senders.errors import UnusableField
from senders.lead import ParseSettings, Remarks
from senders.phone import normalize
from senders.text import is_empty, refuse_nul

RANKS = ("mobile", "phone", "other_phone")  # the first rank with a usable number wins


def number(found: Sorted, settings: ParseSettings, remarks: Remarks) -> str | None:
    """Return the number to text in E.164; what is wrong is added to the remarks."""
    given = [item for rank in RANKS for item in found.get(rank, ()) if not is_empty(item.value)]
    if len(given) == 1:
        return _only(given[0], settings, remarks)
    if not given:
        given_none = UnusableField("phone", "missing", "The phone number is missing.")
        remarks.errors.append(given_none.error)
        return None
    return _best(given, settings, remarks)


def _only(item: Found, settings: ParseSettings, remarks: Remarks) -> str | None:
    try:
        return _read(item.value, settings)
    except UnusableField as unusable:
        remarks.errors.append(unusable.error)
        return None


def _read(value: object, settings: ParseSettings) -> str:
    if isinstance(value, Repeated):
        raise UnusableField("phone", "ambiguous", "Two different phone numbers were sent.")
    if isinstance(value, str):
        refuse_nul("phone", value)
    return normalize(value, settings.default_region, settings.allowed_countries)


def _best(given: list[Found], settings: ParseSettings, remarks: Remarks) -> str | None:
    """Take the best of several numbers, unless the same label names two different ones."""
    unusable = Remarks()
    usable = [(item, _only(item, settings, unusable)) for item in given]
    usable = [(item, e164) for item, e164 in usable if e164]
    if not usable or any(error.code == "ambiguous" for error in unusable.errors):
        remarks.errors.append(unusable.errors[0])
        return None
    (chosen, e164), *others = usable
    if unusable.errors:
        remarks.notes.append(f"Another phone number was not usable: used “{chosen.label}”.")
    if any(other != e164 for _, other in others):
        remarks.notes.append(
            f"Two different phone numbers came in: used “{chosen.label}”, "
            "by the order mobile, phone, other."
        )
    return e164
