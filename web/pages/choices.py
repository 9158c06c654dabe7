"""What a person may choose from: countries by name, and time zones."""

from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

_COUNTRIES = Path(__file__).with_name("countries.tsv")


@cache
def countries() -> list[tuple[str, str]]:
    """Return each country whose numbers we can read, as (code, name), by name."""
    lines = _COUNTRIES.read_text(encoding="utf-8").splitlines()
    return [(code, name) for code, _, name in (line.partition("\t") for line in lines)]


@cache
def time_zones() -> list[tuple[str, str]]:
    """Return the time zones that are named after a place, and UTC."""
    places = [zone for zone in available_timezones() if "/" in zone and _is_place(zone)]
    return [(zone, zone.replace("_", " ")) for zone in ["UTC", *sorted(places)]]


def is_country(code: str) -> bool:
    return code in dict(countries())


def is_time_zone(name: str) -> bool:
    return name in dict(time_zones())


def _is_place(zone: str) -> bool:
    """Leave out what is there for old machines: Etc/GMT+5, US/Eastern, SystemV/…"""
    return zone.partition("/")[0] not in {"Etc", "SystemV", "US", "Canada", "Brazil", "Mexico"}
