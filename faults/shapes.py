"""How form tools write a lead down: one function a shape, and the key where that tool has it.

A key in the body is the tool's own lead id; one in a header is an Idempotency-Key; a tool that
has neither repeats the same bytes, which is a key as well.
"""

import json
import random
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from faults.people import Person

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
BOUNDARY = "----form-tool-7d1f0c"


class Body(NamedTuple):
    """What goes over the wire."""

    shape: str
    headers: dict[str, str]
    content: bytes


def write(shape: str, person: Person, key: str) -> Body:
    """Write a lead in one of SHAPES. The same arguments give the same bytes."""
    headers, content = SHAPES[shape](person, key)
    return Body(shape, headers, content)


def draw(lots: random.Random) -> str:
    """Draw a shape; JSON with an id is what most tools send."""
    return lots.choices(list(SHAPES), weights=_WEIGHTS)[0]


def broken(lots: random.Random, person: Person) -> tuple[Body, int]:
    """Write something that is no lead, and say which answer belongs to it."""
    if lots.random() < 0.5:  # noqa: PLR2004  (one half)
        return Body("unreadable", {"Content-Type": JSON}, b'{"first_name": '), 400
    fields = {"first_name": person.first_name, "last_name": person.last_name}
    return Body("no_phone", {"Content-Type": JSON}, _json(fields)), 422


def _plain(person: Person, key: str) -> tuple[dict[str, str], bytes]:
    return {"Content-Type": JSON}, _json({"lead_id": key, **person._asdict()})


def _zapier(person: Person, key: str) -> tuple[dict[str, str], bytes]:
    fields = {
        "First Name": person.first_name,
        "Last Name": person.last_name,
        "Phone Number": _national(person),
        "Event ID": key,
    }
    return {"Content-Type": JSON}, _json([fields])


def _wrapped(person: Person, key: str) -> tuple[dict[str, str], bytes]:
    return {"Content-Type": JSON}, _json({"event_id": key, "data": person._asdict()})


def _form(person: Person, key: str) -> tuple[dict[str, str], bytes]:
    fields = {"submission_id": key, **person._asdict(), "phone": _national(person)}
    return {"Content-Type": FORM}, urlencode(fields).encode()


def _multipart(person: Person, key: str) -> tuple[dict[str, str], bytes]:
    fields = {"entry_id": key, **person._asdict()}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    content = "".join([*parts, f"--{BOUNDARY}--\r\n"]).encode()
    return {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}, content


def _header(person: Person, key: str) -> tuple[dict[str, str], bytes]:
    return {"Content-Type": JSON, "Idempotency-Key": key}, _json(person._asdict())


def _labeled_as_text(person: Person, key: str) -> tuple[dict[str, str], bytes]:
    fields = {"response_id": key, **person._asdict()}
    return {"Content-Type": "text/plain"}, _json(fields)


def _no_key(person: Person, key: str) -> tuple[dict[str, str], bytes]:
    """The bytes are the key: what makes them differ is a field that means nothing."""
    return {"Content-Type": JSON}, _json({**person._asdict(), "form": f"offer {key}"})


def _national(person: Person) -> str:
    area, exchange, line = person.phone[2:5], person.phone[5:8], person.phone[8:]
    return f"({area}) {exchange}-{line}"


def _json(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


SHAPES: dict[str, Callable[[Person, str], tuple[dict[str, str], bytes]]] = {
    "json": _plain,
    "zapier": _zapier,
    "wrapped": _wrapped,
    "form": _form,
    "multipart": _multipart,
    "header": _header,
    "text": _labeled_as_text,
    "no_key": _no_key,
}
_WEIGHTS = (5, 2, 1, 2, 1, 1, 1, 1)
