"""Forms: `first_name=Jane&phone=…`, with bracket keys (`fields[tel][value]=…`) unfolded."""

import re
from urllib.parse import unquote_to_bytes

from senders.document import MOST_FIELDS, Document, one_or_repeated, refuse_too_many, tree_of
from senders.errors import Unreadable
from senders.phone import whole_mobile

DEEPEST_KEY = 8

_BRACKETED = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
_BRACKET = re.compile(r"\[([^\[\]]*)\]")

_LOST_PLUS = re.compile(r" ([1-9][0-9 ().-]{7,30})")


def read(text: str, charset: str = "utf-8") -> Document:
    """Read a urlencoded form. Raises `Unreadable` or `TooLarge`.

    UTF-8 is tried before the declared character set: tools declare more than they know.
    """
    fields = text.strip("\r\n").split("&", MOST_FIELDS)
    refuse_too_many(fields)
    pairs = [_pair(field, charset) for field in fields if field]
    return document(pairs, "form")


def document(pairs: list[tuple[str, str]], carrier: str) -> Document:
    """Make one tree of a form's names and values, however they were carried."""
    has_nul = any("\0" in name or "\0" in value for name, value in pairs)
    if any("[" in name for name, _ in pairs):
        return Document(_unfold(pairs), carrier, has_nul=has_nul)
    return Document(tree_of(list(pairs)), carrier, has_nul=has_nul)


def _pair(field: str, charset: str) -> tuple[str, str]:
    name, _, value = field.partition("=")
    decoded = _decoded(value, charset)
    if value.startswith("+") and (number := _LOST_PLUS.fullmatch(decoded)):
        # A script that wrote the "+" of a number without encoding it: a form reads a space.
        # Not so every space that a person typed: only before a whole mobile number.
        whole = f"+{number[1]}"
        decoded = whole if whole_mobile(whole) else decoded
    return _decoded(name, charset), decoded


def _decoded(part: str, charset: str) -> str:
    part = part.replace("+", " ")
    if "%" not in part:
        return part
    for codec in ("utf-8", charset):
        try:
            return unquote_to_bytes(part.encode(codec)).decode(codec)
        except UnicodeError:
            continue
    raise Unreadable("invalid-form", "The form is not valid UTF-8.")


def _unfold(pairs: list[tuple[str, str]]) -> dict[str, object]:
    """Unfold `a[b][c]=1` to `{"a": {"b": {"c": "1"}}}` and `a[]=1&a[]=2` to a list."""
    leaves: dict[tuple[str, ...], list[object]] = {}
    for name, value in pairs:
        leaves.setdefault(_path(name), []).append(value)
    tree: dict[str, object] = {}
    for path, values in leaves.items():
        _plant(tree, path, values)
    return {key: _lists(value) for key, value in tree.items()}


def _path(name: str) -> tuple[str, ...]:
    found = _BRACKETED.fullmatch(name)
    if not found:
        return (name,)
    path = (found[1], *_BRACKET.findall(found[2]))
    return path if len(path) <= DEEPEST_KEY else (name,)


def _plant(tree: dict[str, object], path: tuple[str, ...], values: list[object]) -> None:
    leaf: object
    if path[-1] == "" and len(path) > 1:
        path, leaf = path[:-1], values
    else:
        leaf = one_or_repeated(values)
    for key in path[:-1]:
        branch = tree.setdefault(key, {})
        if not isinstance(branch, dict):
            return  # `a=1&a[b]=2`: the plain one stands
        tree = branch
    tree.setdefault(path[-1], leaf)


def _lists(node: object) -> object:
    """Turn `{"0": …, "1": …}` into the list it was written as."""
    if not isinstance(node, dict):
        return node
    if list(node) == [str(index) for index in range(len(node))]:
        return [_lists(child) for child in node.values()]
    return {key: _lists(child) for key, child in node.items()}
