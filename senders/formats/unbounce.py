"""Unbounce: a form with a JSON string in `data.json`, in which every value is a list.

`page_uuid` names the page and never the lead.
"""

from senders.answers import Answers
from senders.document import one_or_repeated
from senders.formats.plain import opened
from senders.words import words

MARKS = words("data.json")

_ABOUT = ("page_url", "page_name", "variant")


def recognize(tree: dict[str, object]) -> Answers | None:
    """Read an Unbounce submission."""
    data = opened(tree.get("data.json"))
    if not isinstance(data, dict):
        return None
    about = {key: tree[key] for key in _ABOUT if key in tree}
    return Answers("unbounce", {**about, **{key: _value(data[key]) for key in data}})


def _value(value: object) -> object:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return value
    return one_or_repeated(list(value)) if value else None
