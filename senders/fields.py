"""What a body holds, flattened to paths and samples, to choose from for a mapping by example.

A path leads senders.mapping.look_up to the very value whose sample stands beside it, also
where that value stands in a JSON text inside a field.
"""

from collections.abc import Iterator
from typing import NamedTuple

from senders import bodies
from senders.document import Repeated
from senders.formats.plain import opened
from senders.mapping import look_up

LONGEST_SAMPLE = 200
LONGEST_PATH = 200
MOST_FIELDS = 200
DEEPEST = 12


class Field(NamedTuple):
    """One value of a body, and how a mapping names it."""

    path: str
    sample: str


def fields_of(body: bytes, content_type: str | None) -> list[Field]:
    """Return the fields of a body in their order.

    Raises `Unreadable`, `NotALeadFormat` or `TooLarge`.
    """
    tree = _unfolded(bodies.read(body, content_type).tree)
    if isinstance(tree, list) and len(tree) == 1:
        tree = tree[0]  # as a mapping may leave a list of one out of its path
    found: list[Field] = []
    for path, value in _leaves(tree, ()):
        if len(found) == MOST_FIELDS:
            break
        if len(path) <= LONGEST_PATH and look_up(tree, path) is value:
            found.append(Field(path, _sample(value)))
    return found


def _unfolded(node: object) -> object:
    """Return the tree with every JSON text in it read, as a path walks through it."""
    node = opened(node) or node  # what cannot be taken as a document stays a text
    if isinstance(node, dict):
        return {key: _unfolded(child) for key, child in node.items()}
    return [_unfolded(child) for child in node] if isinstance(node, list) else node


def _leaves(node: object, keys: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    if isinstance(node, dict | list) and len(keys) < DEEPEST:
        inner = node.items() if isinstance(node, dict) else enumerate(node)
        for key, child in inner:
            yield from _leaves(child, (*keys, str(key)))
    elif keys and not isinstance(node, dict | list):
        yield ".".join(keys), node


def _sample(value: object) -> str:
    if isinstance(value, Repeated):
        value = value[0]
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:LONGEST_SAMPLE]
