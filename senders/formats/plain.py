"""Bodies of no known format: fields with telling names, perhaps wrapped.

This is what Zapier, Make, a WordPress plug-in or a script send when somebody chose the names.
"""

from senders.document import Repeated, refuse_too_many
from senders.errors import FieldError, Unreadable, Unusable
from senders.formats import json_body
from senders.names import role_of

WRAPPERS = (
    *("data", "payload", "lead", "body", "contact", "submission", "fields", "form_data"),
    *("attributes", "formData", "record"),
)
_REQUIRED = {
    "first_name": "The first name is missing.",
    "last_name": "The last name is missing.",
    "phone": "The phone number is missing.",
}
_OF_A_PERSON = frozenset(
    {"first_name", "last_name", "full_name", "mobile", "phone", "other_phone", "email"}
)


def only_one(tree: object) -> dict[str, object]:
    """Return the one lead of a body. Raises `Unusable`: nothing is taken from several.

    Raises `TooLarge` for more fields than a lead has.
    """
    if isinstance(tree, list | Repeated):
        if len(tree) > 1:
            raise Unusable((), "several-leads", "Send one lead at a time.")
        tree = tree[0] if tree else None
    if not isinstance(tree, dict):
        raise Unusable(
            tuple(FieldError(field, "missing", text) for field, text in _REQUIRED.items()),
            "not-a-lead",
            "Send the lead as named fields: first name, last name and phone number.",
        )
    refuse_too_many(tree)
    return tree


def unwrapped(tree: dict[str, object]) -> dict[str, object] | None:
    """Return the fields with those of a wrapper among them, if a person is not told of yet.

    Raises `Unusable` or `TooLarge` as `only_one` does.
    """
    if any(role_of(key) in _OF_A_PERSON for key in tree):
        return None
    for wrapper in WRAPPERS:
        inner = opened(tree.get(wrapper))
        if isinstance(inner, dict | list | Repeated) and inner:
            return _merged(tree, wrapper, only_one(inner))
    return None


def opened(value: object) -> object:
    """Read a field that holds a JSON document as a string; return others as they are."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        document = json_body.read(value)
    except Unreadable:
        return value
    return None if document.has_nul else document.tree


def _merged(
    outer: dict[str, object], wrapper: str, inner: dict[str, object]
) -> dict[str, object]:
    """Keep what stands outside as well, but only a person's own names and numbers inside."""
    kept = {
        key: value
        for key, value in outer.items()
        if key != wrapper and role_of(key) not in _OF_A_PERSON
    }
    return {**kept, **inner}
