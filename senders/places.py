"""Where a person may be, by what the lead says: the states, their clocks, and why.

The person's own address comes first: ZIP code and state, both where they disagree. Then the
time zone that the form noticed. Numbers travel, so the area code only counts where there is
nothing better. All places returned count: whoever texts keeps to the hours of each.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from zoneinfo import available_timezones

import phonenumbers
from phonenumbers import timezone

from senders.hours import rows

#: Numbers of no place, such as toll-free ones, have every clock of half the earth.
MOST_ZONES = 16
#: Written so as well as by code and name.
_ALSO = {"districtofcolumbia": "dc"}
_ZIP = re.compile(r"(\d{4,5})(?:-?\d{4})?")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a person's place."""

    phone: str
    state: str = ""
    zip: str = ""
    time_zone: str = ""

    @classmethod
    def of(cls, phone: str, extra: Mapping[str, object]) -> "Evidence":
        """Read what the sender gave along with the lead."""
        given = (str(extra.get(name) or "").strip() for name in ("state", "zip", "time_zone"))
        return cls(phone, *given)


@dataclass(frozen=True, slots=True)
class Place:
    """One place a person may be. Where it has several clocks, each of them counts."""

    state: str  # as "FL"; empty where no state's law is known to hold
    name: str
    zones: tuple[str, ...]
    because: str


MAINLAND = Place(
    "",
    "every time zone of the mainland United States",
    ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    "the place is unknown",
)


def places(evidence: Evidence) -> tuple[Place, ...]:
    """Return every place the person may be; there is always one."""
    by_number = _by_area_code(evidence.phone) or _by_country(evidence.phone)
    return _by_address(evidence) or _by_form(evidence.time_zone, by_number) or by_number


def _by_address(evidence: Evidence) -> tuple[Place, ...]:
    """States and ZIP codes elsewhere are written alike: these are read as American ones."""
    if not evidence.phone.startswith("+1"):
        return ()
    by_zip = _by_zip(evidence.zip)
    by_state = _atlas().states.get(_plain(evidence.state))
    if by_state is None:
        return by_zip
    of_both = tuple(place for place in by_zip if place.state == by_state.state)
    return of_both or (by_state, *by_zip)


def _by_zip(given: str) -> tuple[Place, ...]:
    found = _ZIP.fullmatch(given)
    if found is None:
        return ()
    code = found[1].zfill(5)  # spreadsheets drop the first zero
    prefixes = (code[:length] for length in (5, 4, 3))
    known = next((at for prefix in prefixes if (at := _atlas().zips.get(prefix))), [])
    return tuple(replace(place, because=f"by ZIP {code}") for place in known)


def _by_form(zone: str, by_number: tuple[Place, ...]) -> tuple[Place, ...]:
    """The form knows the clock, not the state: the hours are those of the number's state."""
    if "/" not in zone or zone.startswith("Etc/") or zone not in _zones():
        return ()
    form = f"the form's time zone {zone}"
    states = [place for place in by_number if place.state]
    if not states:
        return (Place("", zone, (zone,), "by the form's time zone"),)
    return tuple(
        replace(place, zones=(zone,), because=f"{place.because} and {form}") for place in states
    )


def _by_area_code(phone: str) -> tuple[Place, ...]:
    code = phone[2:5] if phone.startswith("+1") else ""
    known = _atlas().area_codes.get(code, [])
    return tuple(replace(place, because=f"by area code {code}") for place in known)


def _by_country(phone: str) -> tuple[Place, ...]:
    """Elsewhere the library knows the clocks of a number; the law of no state is known."""
    number = phonenumbers.parse(phone)
    known = (
        timezone.time_zones_for_number(number),
        timezone.time_zones_for_geographical_number(number),
    )
    zones = next((zones for zones in known if _is_somewhere(zones)), None)
    if zones is None:
        return (MAINLAND,)
    code = f"country code {number.country_code}"
    if number.country_code == 1:
        code = f"area code {phone[2:5]}"
    name = zones[0] if len(zones) == 1 else f"all {len(zones)} time zones of the country"
    return (Place("", name, tuple(zones), f"by {code}"),)


def _is_somewhere(zones: tuple[str, ...]) -> bool:
    return timezone.UNKNOWN_TIMEZONE not in zones and len(zones) <= MOST_ZONES


@dataclass(frozen=True, slots=True)
class Atlas:
    """The places of the United States, by what may point to them."""

    states: dict[str, Place]  # by "fl" and by "florida", each with all its clocks
    zips: dict[str, list[Place]]  # by 3 to 5 digits
    area_codes: dict[str, list[Place]]


@cache
def _atlas() -> Atlas:
    """Read senders/tables/places.tsv, which says how it is written: once, as a module is."""
    states: dict[str, Place] = {}
    zips, area_codes = defaultdict(list), defaultdict(list)
    for state, name, clocks, zip_prefixes, codes in rows("places.tsv"):
        place = Place(state, name, tuple(clocks.split()), f"by state {state}")
        before = states.get(_plain(state))
        zones = tuple(dict.fromkeys((*(before.zones if before else ()), *place.zones)))
        for spelling in (state, name, f"US-{state}"):
            states[_plain(spelling)] = replace(place, zones=zones)
        for prefix in _each(zip_prefixes):
            zips[prefix].append(place)
        for code in _each(codes):
            area_codes[code].append(place)
    states |= {also: states[code] for also, code in _ALSO.items()}
    return Atlas(states, dict(zips), dict(area_codes))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _each(numbers: str) -> Iterator[str]:
    """Spell out what is written as "320-323 325"; "-" alone is none."""
    for part in numbers.split() if numbers != "-" else ():
        first, _, last = part.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield str(number).zfill(len(first))


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
