"""Mapping by example: "this key is the phone", said once for an integration.

A path is a key as the sender writes it ("Your phone"), or keys and positions joined by dots
("data.answers.0.text"). Keys may hold dots themselves: the longest one that is there is
taken. A path goes on into a field that holds JSON as text ("rawRequest.q3_name.first",
"data.json.phone"). What is mapped counts more than what is recognized.
"""

from collections.abc import Mapping

from senders.answers import Found, Sorted
from senders.formats.plain import opened
from senders.text import is_empty

# A mapped field silences what would otherwise compete with it.
_SILENCED = {
    "phone": ("mobile", "other_phone"),
    "full_name": ("first_name", "last_name"),
}


def apply(mapping: Mapping[str, str], tree: object, found: Sorted) -> None:
    """Put the mapped values in place of the recognized ones. Absent ones change nothing."""
    for field, path in mapping.items():
        value = _only(look_up(tree, path))
        if is_empty(value):
            continue
        for role in (field, *_SILENCED.get(field, ())):
            found.pop(role, None)
        found[field] = [Found(path, value)]


def look_up(tree: object, path: str) -> object:
    """Return what stands at a path, or None. A list of one may be left out of the path."""
    if isinstance(tree, list) and len(tree) == 1 and not path.startswith("0"):
        tree = tree[0]
    return _descend(tree, path.split("."))


def _only(value: object) -> object:
    """A list of one may be left out at the end of a path as well: Unbounce sends such."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _descend(node: object, keys: list[str]) -> object:
    if not keys:
        return node
    node = opened(node)
    if isinstance(node, list):
        index = keys[0]
        known = index.isdecimal() and len(index) < 6 and int(index) < len(node)  # noqa: PLR2004
        return _descend(node[int(index)], keys[1:]) if known else None
    if not isinstance(node, dict):
        return None
    for end in range(len(keys), 0, -1):
        key = ".".join(keys[:end])
        if key in node:
            return _descend(node[key], keys[end:])
    return None
