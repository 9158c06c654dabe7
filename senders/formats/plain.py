"""Bodies of no known format: fields with telling names.

This is what Zapier, Make, a WordPress plug-in or a script send when somebody chose the names.
wrapped.py reads those that lie inside something else.
"""

from senders.document import Repeated, refuse_too_many
from senders.errors import FieldError, Unreadable, Unusable
from senders.formats import json_body

_REQUIRED = {
    "first_name": "The first name is missing.",
    "last_name": "The last name is missing.",
    "phone": "The phone number is missing.",
}


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


def opened(value: object) -> object:
    """Read a field that holds a JSON document as a string; return others as they are."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        document = json_body.read(value)
    except Unreadable:
        return value
    return None if document.has_nul else document.tree
