"""What every reader makes of a body: one tree of dictionaries, lists and plain values."""

from dataclasses import dataclass

DEEPEST = 64  # far beyond any form; what walks the tree may therefore recurse


class Repeated(tuple[object, ...]):
    """The different values of one key that was sent more than once."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A body that could be read."""

    tree: object
    carrier: str  # "json", "form", "multipart", "xml"
    has_nul: bool = False  # PostgreSQL can hold none, so such a body is never taken


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
    different: list[object] = []
    for value in values:
        if value not in ("", None) and value not in different:
            different.append(value)
    if len(different) > 1:
        return Repeated(different)
    return different[0] if different else values[-1]


def last(value: object) -> object:
    """For fields where a repetition does no harm: the last value wins."""
    return value[-1] if isinstance(value, Repeated) else value
