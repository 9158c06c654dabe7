"""Which of a lead's phone numbers counts: the mobile one, and it is written down why."""

from collections.abc import Iterator

from senders.answers import Found, Sorted
from senders.calling_codes import completed
from senders.document import Repeated
from senders.errors import FieldError, UnusableField
from senders.lead import ParseSettings, Remarks
from senders.names import squeezed
from senders.phone import normalize
from senders.text import clean, is_empty, refuse_nul

TWO_NUMBERS = FieldError("phone", "ambiguous", "Two different phone numbers were sent.")
RANKS = ("mobile", "phone", "other_phone")  # the first rank with a usable number wins


def number(found: Sorted, settings: ParseSettings, remarks: Remarks) -> str | None:
    """Return the number to text in E.164; what is wrong is added to the remarks."""
    given = [item for rank in RANKS for item in found.get(rank, ()) if not is_empty(item.value)]
    given = completed(given, found)
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
        raise UnusableField("phone", TWO_NUMBERS.code, TWO_NUMBERS.detail)
    if isinstance(value, str):
        refuse_nul("phone", value)
    return normalize(value, settings.default_region, settings.allowed_countries)


def _best(given: list[Found], settings: ParseSettings, remarks: Remarks) -> str | None:
    """Take the best of several numbers, unless one label names two different ones."""
    unusable = Remarks()
    read = [(item, _only(item, settings, unusable)) for item in given]
    usable = [(item, e164) for item, e164 in read if e164]
    if not usable or any(error.code == "ambiguous" for error in unusable.errors):
        remarks.errors.append(unusable.errors[0])
        return None
    chosen, e164 = usable[0]
    others = [item for item, other in usable if other != e164]
    if any(squeezed(item.label) == squeezed(chosen.label) for item in others):
        remarks.errors.append(TWO_NUMBERS)
        return None
    remarks.notes.extend(_why(chosen, differing=bool(others), unusable=bool(unusable.errors)))
    return e164


def _why(chosen: Found, *, differing: bool, unusable: bool) -> Iterator[str]:
    label = clean(chosen.label)
    if unusable:
        yield f"Another phone number was not usable: used “{label}”."
    if differing:
        yield (
            f"Two different phone numbers came in: used “{label}”, "
            "by the order mobile, phone, other."
        )
