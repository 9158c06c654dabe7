"""People without end, made from a seed: valid US numbers, no two alike, none with a fixed fate.

They are sent nowhere but to the simulator. A walk through all numbers in large steps gives
distinct ones by itself, so nothing has to be remembered.
"""

import json
import random
from collections.abc import Iterator
from math import gcd
from typing import NamedTuple

AREAS = (
    *(201, 202, 203, 205, 206, 208, 210, 212, 213, 214, 215, 216, 217, 303, 305, 310, 312),
    *(313, 314, 315, 317, 318, 401, 402, 404, 405, 407, 408, 410, 412, 415, 501, 502, 503),
    *(504, 505, 508, 510, 512, 513, 515, 518, 601, 602, 603, 605, 608, 609, 612, 614, 615),
    *(616, 617, 702, 703, 704, 706, 713, 714, 716, 717, 718, 801, 802, 803, 804, 805, 808),
)
#: Without the service codes (211 to 911), and without the exchange kept for fiction.
EXCHANGES = tuple(
    code
    for code in range(200, 1000)
    if code % 100 != 11 and code != 555  # noqa: PLR2004
)
#: The simulator gives 0001 to 0009 a fate of their own.
FIRST_LINE, LINES = 10, 9_990
BODY_BYTES = 130

_ALL = len(AREAS) * len(EXCHANGES) * LINES
_FIRST_NAMES = ("Ada", "Grace", "Jean", "Mary", "Alan", "Edsger", "Barbara", "Donald")
_LAST_NAMES = ("Lovelace", "Hopper", "Bartik", "Jackson", "Turing", "Dijkstra", "Liskov")


class Person(NamedTuple):
    first_name: str
    last_name: str
    phone: str


def people(seed: int) -> Iterator[Person]:
    """Give the people of a seed, always the same ones in the same order."""
    lots = random.Random(seed)
    place, step = lots.randrange(_ALL), _step(lots)
    for count in range(_ALL):
        first_name = _FIRST_NAMES[count % len(_FIRST_NAMES)]
        last_name = _LAST_NAMES[count % len(_LAST_NAMES)]
        yield Person(first_name, last_name, _phone(place))
        place = (place + step) % _ALL


def lead(person: Person) -> bytes:
    """Write a person as a form tool posts one: JSON of exactly BODY_BYTES."""
    fields = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "phone": person.phone,
        "form": "spring offer",
        "page": "",
    }
    missing = BODY_BYTES - len(_json(fields))
    return _json(fields | {"page": "/offer".ljust(missing, "-")})


def request(host: str, path: str, body: bytes) -> bytes:
    """Write a whole request. For bodies of one length all requests have one length."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _step(lots: random.Random) -> int:
    """Draw a step that visits every number before it comes back to the first."""
    while True:
        step = lots.randrange(_ALL // 3, _ALL)
        if gcd(step, _ALL) == 1:
            return step


def _phone(place: int) -> str:
    rest, line = divmod(place, LINES)
    area, exchange = divmod(rest, len(EXCHANGES))
    return f"+1{AREAS[area]}{EXCHANGES[exchange]}{line + FIRST_LINE:04d}"


def _json(fields: dict[str, str]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode()
