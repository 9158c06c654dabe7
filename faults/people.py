"""People without end, made from a seed: valid US numbers, no two alike, names of our own.

They are sent nowhere but to the simulator. A walk through all numbers in large steps gives
distinct ones by itself, so nothing has to be remembered. A chosen share has a number with a
fixed fate (its last four digits are 0001 to 0009); nobody else has.
"""

import random
from collections.abc import Iterator
from math import gcd
from typing import NamedTuple

from bench.people import AREAS, EXCHANGES, FIRST_LINE, LINES

#: The simulator gives 0001 to 0009 a fate of their own.
FATES = range(1, 10)

#: Names that stand nowhere in a log unless it tells names.
FIRST_NAMES = (
    *("Adalhard", "Brunhilde", "Chrodegang", "Dietlinde", "Ekkehard", "Frideswide"),
    *("Gundobad", "Hrotsvit", "Irmengard", "Jocosa", "Kriemhild", "Liudolf"),
)
LAST_NAMES = (
    *("Quillfeather", "Thistlewood", "Oxenbridge", "Featherstonhaugh", "Grimthorpe"),
    *("Wolstenholme", "Birtwhistle", "Crowninshield", "Mountjoy", "Satterthwaite"),
)

_ALL = len(AREAS) * len(EXCHANGES) * LINES


class Person(NamedTuple):
    first_name: str
    last_name: str
    phone: str


def people(seed: int, fated: float = 0.0) -> Iterator[Person]:
    """Give the people of a seed, always the same ones; *fated* is the share of fixed fates."""
    lots = random.Random(seed)
    place, step = lots.randrange(_ALL), _step(lots)
    taken: set[str] = set()  # only of those with a fate: they are few
    for count in range(_ALL):
        phone = _phone(place)
        if lots.random() < fated:
            phone = f"{phone[:-4]}{lots.choice(FATES):04d}"
            if phone in taken:
                phone = _phone(place)
            taken.add(phone)
        first_name = FIRST_NAMES[count % len(FIRST_NAMES)]
        yield Person(first_name, LAST_NAMES[count % len(LAST_NAMES)], phone)
        place = (place + step) % _ALL


def has_fate(phone: str) -> bool:
    """Say whether the simulator does something special with this number."""
    return int(phone[-4:]) in FATES


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
