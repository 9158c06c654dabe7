"""What the API is sent, read strictly into msgspec Structs: every wrong field at once.

`decode` reads a JSON body, `read_query` a query string, `read_form` a form. All answer 422 with
one entry for each field that is wrong; what cannot be read at all is 400, another format 415.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec
from flask import Request

from web.problems import Problem

S = TypeVar("S", bound=msgspec.Struct)

#: A time in an answer, always UTC. In shapes, write Time instead of datetime.
Time = Annotated[datetime, msgspec.Meta(tz=True)]

_VISIBLE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
#: One line that says something: names of people, groups, brands.
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_VISIBLE)]

#: Said instead of what msgspec says there, which repeats what was sent or needs an engineer.
_OURS = {
    "matching regex": "Expected text with at least one visible character, on one line",
    "Invalid enum value": "Expected one of the values that this field may have",
    "contains unknown field": "Expected an object without fields of other names",
}

#: What a body may have; the front lets no more through to most addresses anyway.
LARGEST_BODY = 1_048_576


def decode(kind: type[S], request: Request, raw: bytes) -> S:
    """Read a JSON object as *kind*. Raises Problem: 400, 413, 415 or 422."""
    if request.mimetype != "application/json" and not request.mimetype.endswith("+json"):
        raise Problem(415, "unsupported-media-type", "Send the body as application/json.")
    if len(raw) > LARGEST_BODY:
        raise Problem(413, "too-large", f"A body may have {LARGEST_BODY} bytes.")
    try:
        return _convert(kind, _object(raw), strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "unreadable", "The body is not valid JSON.") from error


def read_query(kind: type[S], arguments: Mapping[str, str]) -> S:
    """Read a query string as *kind*; parameters that it does not name are ignored.

    One without a value asks for nothing: clients send the empty fields of a form as well.
    """
    return read_form(kind, {name: value for name, value in arguments.items() if value})


def read_form(kind: type[S], fields: Mapping[str, str]) -> S:
    """Read a form as *kind*. An empty field says something: it was emptied."""
    return _convert(kind, dict(fields), strict=False)


def field_error(field: str, code: str, detail: str) -> dict[str, str]:
    return {"field": field, "code": code, "detail": detail}


def invalid(*errors: dict[str, str]) -> Problem:
    """Make the 422 that names each wrong field: `raise invalid(field_error(…))`."""
    return Problem(422, "invalid", errors=list(errors))


def _object(raw: bytes) -> dict[str, Any]:
    tree = msgspec.json.decode(raw)
    if not isinstance(tree, dict):
        raise Problem(400, "unreadable", "The body has to be one JSON object.")
    return tree


def _convert(kind: type[S], tree: dict[str, Any], *, strict: bool) -> S:
    errors = [
        error
        for field in msgspec.structs.fields(kind)
        if (error := _wrong(field, tree, strict=strict))
    ]
    if errors:
        raise invalid(*errors)
    return msgspec.convert(tree, kind, strict=strict)


def _wrong(
    field: msgspec.structs.FieldInfo, tree: dict[str, Any], *, strict: bool
) -> dict[str, str] | None:
    name = field.encode_name
    if name not in tree:
        return field_error(name, "missing", "This is required.") if field.required else None
    if _holds_nul(tree[name]):
        return field_error(name, "control", "This contains characters that cannot be kept.")
    try:
        msgspec.convert(tree[name], field.type, strict=strict)
    except msgspec.ValidationError as error:
        return _told(name, str(error))
    return None


def _told(name: str, message: str) -> dict[str, str]:
    """Turn "Expected `int`, got `str` - at `$.ids[0]`" into a field and a sentence."""
    said, _, place = message.partition(" - at `$")
    said = next((ours for theirs, ours in _OURS.items() if theirs in said), said)
    return field_error(name + place.rstrip("`"), "invalid", re.sub("`", "'", said) + ".")


def _holds_nul(node: object) -> bool:
    """PostgreSQL's text cannot hold NUL. Half a surrogate pair is no JSON to msgspec."""
    if isinstance(node, str):
        return "\0" in node
    if isinstance(node, dict):
        return any(_holds_nul(part) for pair in node.items() for part in pair)
    return isinstance(node, list) and any(_holds_nul(each) for each in node)
