"""The two names of a person, however the sender divides them."""

from senders.answers import Found, Sorted
from senders.document import Repeated
from senders.errors import UnusableField
from senders.full_name import split, without_first, without_last
from senders.lead import Remarks
from senders.names import squeezed
from senders.text import clean, is_empty, refuse_nul

LONGEST_NAME = 200

_WORDS = {"first_name": "first name", "last_name": "last name", "full_name": "full name"}


def names(found: Sorted, remarks: Remarks) -> tuple[str, str]:
    """Return first and last name; what is wrong with them is added to the remarks."""
    first = _name("first_name", found, remarks)
    last = _name("last_name", found, remarks)
    if not (first and last) and "full_name" in found:
        return _with_full_name(first, last, found, remarks)
    for field, name in (("first_name", first), ("last_name", last)):
        if name == "":
            _missing(field, remarks)
    return first or "", last or ""


def _name(field: str, found: Sorted, remarks: Remarks) -> str | None:
    """Return "" for a name that is not there and None for one that cannot be used."""
    given = [item for item in found.get(field, ()) if not is_empty(item.value)]
    if not given:
        return ""
    given.sort(key=_is_of_another)
    try:
        return _usable(field, given)
    except UnusableField as unusable:
        remarks.errors.append(unusable.error)
        return None


def _is_of_another(item: Found) -> bool:
    """Who pays or is signed in may be another: the form's own fields count before."""
    return squeezed(item.label).startswith(("billing", "user"))


def _usable(field: str, given: list[Found]) -> str:
    """Of several labels the first counts; one label with two names is no answer."""
    names = [_checked(field, item.value) for item in given]
    for item, name in zip(given[1:], names[1:], strict=True):
        if name != names[0] and squeezed(item.label) == squeezed(given[0].label):
            raise UnusableField(field, "ambiguous", f"The {_WORDS[field]} was sent twice.")
    return names[0]


def _checked(field: str, value: object) -> str:
    if isinstance(value, Repeated):
        raise UnusableField(field, "ambiguous", f"The {_WORDS[field]} was sent twice.")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnusableField(field, "invalid", f"The {_WORDS[field]} has to be text.")
    text = str(value)
    refuse_nul(field, text)
    text = clean(text)
    if len(text) > LONGEST_NAME:
        raise UnusableField(
            field, "too-long", f"The {_WORDS[field]} is longer than {LONGEST_NAME} characters."
        )
    return text if text.isprintable() or _is_seen(text) else ""


def _is_seen(text: str) -> bool:
    """Some signs only join or part others: alone they are no name."""
    return any(character.isprintable() and character != " " for character in text)


def _missing(field: str, remarks: Remarks) -> None:
    error = UnusableField(field, "missing", f"The {_WORDS[field]} is missing.").error
    remarks.errors.append(error)


def _with_full_name(
    first: str | None, last: str | None, found: Sorted, remarks: Remarks
) -> tuple[str, str]:
    full = _name("full_name", found, Remarks() if first or last else remarks)
    if full is None and (first or last):
        full = ""  # it cannot be used: what is missing without it is missing
    if first is None or last is None or full is None:
        return first or "", last or ""
    label = next((item.label for item in found["full_name"] if not is_empty(item.value)), "")
    if first:
        last = without_first(full, first, label) if full else ""
    elif last:
        first = without_last(full, last, label) if full else ""
    elif full:
        first, last = split(full, label)
    return _judge(first, last, found, remarks)


def _judge(first: str, last: str, found: Sorted, remarks: Remarks) -> tuple[str, str]:
    """One word is enough only where the sender has no other field for a name."""
    if not first:
        _missing("first_name", remarks)
    if not last and (not first or "first_name" in found or "last_name" in found):
        _missing("last_name", remarks)
    elif not last:
        remarks.notes.append("The full name has one word: there is no last name.")
    elif "first_name" not in found and "last_name" not in found:
        remarks.notes.append("The full name was split into first and last name.")
    return first, last
