"""A whole person in a group or a list of a body, and whether it is the lead.

What stands outside is often the title of the form, or the business that has it; but it may be
the lead, and the group somebody else. Where both remain possible nothing is decided here.
"""

from collections.abc import Mapping
from string import digits

from senders.answers import Found, Sorted, is_full_name, sort_by_role
from senders.document import MOST_FIELDS, Repeated
from senders.names import role_of, squeezed
from senders.text import is_empty
from senders.words import words

OF_A_PERSON = words("first_name last_name full_name mobile phone other_phone email")

_PHONES = ("mobile", "phone", "other_phone")
_NAMES = ("first_name", "last_name", "full_name")
# Whoever is called so is the lead, whatever number stands outside.
_SURELY = words("lead leads customer customers")
_TELLING_DIGITS = 10  # with the country's or without
_LOOKED_AT = 10  # of a list: those of a batch are alike


def is_one(inner: object) -> bool:
    """Say whether a group is a person with a name and a number, or a list has such."""
    if isinstance(inner, list | Repeated):
        return any(isinstance(node, dict) and is_one(node) for node in inner[:_LOOKED_AT])
    if not isinstance(inner, dict) or len(inner) > MOST_FIELDS:
        return False
    found = sort_by_role(inner)
    named = _told(found, "full_name") or all(_told(found, name) for name in _NAMES[:2])
    return named and bool(_numbers(found))


def is_the_lead(inner: object, key: str, tree: Mapping[str, object]) -> bool:
    """Say whether the lead is the person under a key, and not who is told of outside.

    Nobody is told of outside without a number. With one it takes a name that may be a title,
    and a group that can be nobody else or has the same number.
    """
    outside = _outside(tree)
    numbers = _numbers(outside)
    if not numbers:
        return True
    if not all(_may_be_a_title(item) for item in _named(outside)):
        return False
    same = isinstance(inner, dict) and numbers == _numbers(sort_by_role(inner))
    return same or squeezed(key) in _SURELY


def tells_of_another(tree: Mapping[str, object], inner: Mapping[str, object]) -> bool:
    """Say whether a name or a number outside is not that of the person inside."""
    outside, inside = _outside(tree), sort_by_role(inner)
    name = _words_of_name(outside)
    return bool(name and name != _words_of_name(inside)) or has_other_number(tree, inner)


def has_other_number(tree: Mapping[str, object], inner: Mapping[str, object]) -> bool:
    """Say whether there is a number outside that the person inside does not have."""
    return not _numbers(_outside(tree)) <= _numbers(sort_by_role(inner))


def _outside(tree: Mapping[str, object]) -> Sorted:
    return sort_by_role({label: value for label, value in tree.items() if role_of(label)})


def _told(found: Sorted, role: str) -> bool:
    return any(not is_empty(item.value) for item in found.get(role, ()))


def _numbers(found: Sorted) -> set[str]:
    items = (item for role in _PHONES for item in found.get(role, ()))
    return {_tail(item.value) for item in items if not is_empty(item.value)}


def _tail(number: object) -> str:
    return "".join(sign for sign in str(number) if sign in digits)[-_TELLING_DIGITS:]


def _named(found: Sorted) -> list[Found]:
    items = (item for role in _NAMES for item in found.get(role, ()))
    return [item for item in items if not is_empty(item.value)]


def _may_be_a_title(item: Found) -> bool:
    return role_of(item.label) == "full_name" and not is_full_name(item.label)


def _words_of_name(found: Sorted) -> set[str]:
    return {word for item in _named(found) for word in str(item.value).casefold().split()}
