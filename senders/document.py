"""What every reader makes of a body: one tree of dictionaries, lists and plain values."""

from collections.abc import Sized
from dataclasses import dataclass

from senders.errors import TooLarge

MOST_FIELDS = 400  # an Elementor form sends six for each of its fields
DEEPEST = 64  # far beyond any form; what walks the tree may therefore recurse


class Repeated(tuple[object, ...]):
    """The first and the last value of a key that was sent with different ones."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A body that could be read."""

    tree: object
    carrier: str  # "json", "form", "multipart", "xml"
    has_nul: bool = False  # PostgreSQL can hold none, so such a body is never taken


def refuse_too_many(fields: Sized) -> None:
    """Hold every carrier to the same number of fields. Raises `TooLarge`."""
    if len(fields) > MOST_FIELDS:
        raise TooLarge("too-many-fields", f"A lead may have {MOST_FIELDS} fields at most.")


def tree_of(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Build a dictionary that remembers a key sent twice with different values."""
    tree = dict(pairs)
    if len(tree) == len(pairs):
        return tree
    values: dict[str, list[object]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    return {key: one_or_repeated(several) for key, several in values.items()}


def one_or_repeated(values: list[object]) -> object:
    """Forget empty and equal values: `phone=&phone=1` is a form's habit, not a question."""
    given = [value for value in values if value not in ("", None)]
    if not given:
        return values[-1]
    differ = any(value != given[0] for value in given)
    return Repeated((given[0], given[-1])) if differ else given[0]


def last(value: object) -> object:
    """For fields where a repetition does no harm: the last value wins."""
    return value[-1] if isinstance(value, Repeated) else value
