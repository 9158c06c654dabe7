"""Believable people who do not exist: common names, and numbers kept for fiction (555-01xx)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

_FIRST = """
Olivia Liam Emma Noah Amelia Mateo Sofía James Ava Lucas Mia Elijah Isabella Ethan Camila
Daniel Zoë Aiden Nora Gabriel Maya Samuel Layla Julian Aaliyah Wei Priya Arjun Fatima Omar
Chloë José Renée Björn Siobhán Nguyen Mei Tariq Leilani Kofi Anneliese Dmitri Yuki Amara
"""
_LAST = """
Smith Johnson Garcia Brown Martinez Davis Rodriguez Lee Wilson Anderson Thomas Nguyen Moore
Jackson Martin Patel Thompson White López Harris Clark Lewis Robinson Walker Young Allen King
Wright Scott Torres Hill Green Adams Baker Nelson O'Connor García-Ruiz Müller Okafor Kim Chen
Haddad Kowalski Johansson D'Angelo Van-Dyke Silva Ferreira Rossi Ivanova Cohen Singh Khan
"""

FIRST, LAST = _FIRST.split(), _LAST.split()


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    phone: str  # E.164

    @property
    def email(self) -> str:
        name = f"{self.first_name}.{self.last_name}".lower()
        plain = "".join(letter for letter in name if letter.isascii())
        return f"{plain}{self.phone[2:5]}@example.com"

    @property
    def typed_phone(self) -> str:
        """The number as a person would type it: one of several ways, always the same."""
        area, exchange, line = self.phone[2:5], self.phone[5:8], self.phone[8:]
        ways = (
            f"({area}) {exchange}-{line}",
            f"{area}-{exchange}-{line}",
            f"{area}.{exchange}.{line}",
            self.phone,
            f"1 {area} {exchange} {line}",
        )
        return ways[int(line) % len(ways)]


def people(chance: random.Random) -> Iterator[Person]:
    """Give people without end. Who comes round again after some 38,000 is known by then."""
    numbers = [f"+1{area}55501{line:02d}" for area in areas() for line in range(100)]
    chance.shuffle(numbers)
    while True:
        for phone in numbers:
            yield Person(chance.choice(FIRST), chance.choice(LAST), phone)


def with_fate(chance: random.Random, fate: str) -> Person:
    """Give somebody whose number the simulator treats in a way of its own (api.md 4)."""
    phone = f"+1{chance.choice(areas())}555{fate}"
    return Person(chance.choice(FIRST), chance.choice(LAST), phone)


def areas() -> list[int]:
    """Return the American area codes that ordinary numbers have."""
    if not _areas:
        _areas.extend(area for area in range(201, 990) if _is_ordinary(f"+1{area}5550142"))
    return _areas


_areas: list[int] = []


def _is_ordinary(e164: str) -> bool:
    number = phonenumbers.parse(e164)
    kind = phonenumbers.number_type(number)  # neither toll-free nor premium-rate
    return (
        phonenumbers.is_valid_number_for_region(number, "US")
        and kind == phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
    )
