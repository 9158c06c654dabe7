"""JSON, strictly: what two parsers could read differently is refused.

The standard library's parser is the only one at hand that reports repeated keys. What it
lets through is refused here: NaN and Infinity, numbers beyond a double, half surrogate
pairs, nesting that breaks whoever walks the tree.
"""

import json
import math
from typing import NoReturn

from senders.document import DEEPEST, Document, Repeated, tree_of
from senders.errors import Unreadable


def read(text: str) -> Document:
    """Read a JSON document. Raises `Unreadable`."""
    try:
        tree = _decode(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("invalid-json", "The body is not valid JSON.") from error
    _refuse_deep_nesting(text, tree)
    return Document(tree, "json", has_nul=_escapes_nul(text, tree))


def _not_a_number(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(literal: str) -> float:
    value = float(literal)
    if not math.isfinite(value):
        raise ValueError(literal)
    return value


_decode = json.JSONDecoder(
    object_pairs_hook=tree_of, parse_constant=_not_a_number, parse_float=_finite
).decode


def _refuse_deep_nesting(text: str, tree: object) -> None:
    if text.count("{") + text.count("[") <= DEEPEST:
        return
    level = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise Unreadable("too-deep", "The JSON is nested too deeply to be a lead.")


def _children(node: object) -> list[object]:
    if isinstance(node, dict):
        return list(node.values())
    return list(node) if isinstance(node, list | Repeated) else []


def _escapes_nul(text: str, tree: object) -> bool:
    """Only an escape can bring in a NUL or half a pair: the text itself was valid UTF-8."""
    if "\\u" not in text:
        return False
    flat = json.dumps(tree, ensure_ascii=False)
    try:
        flat.encode()
    except UnicodeEncodeError as error:
        raise Unreadable("invalid-json", "The JSON holds half a character.") from error
    return "\\u0000" in flat and _holds_nul(tree)


def _holds_nul(node: object) -> bool:
    if isinstance(node, str):
        return "\0" in node
    if isinstance(node, dict) and any("\0" in key for key in node):
        return True
    return any(_holds_nul(child) for child in _children(node))
