"""When a person may be texted: the hours that every place the person may be has in common.

A pure function of the moment, what is known of the place (senders/places.py) and the dated
table of hours (senders/hours.py). Clocks are those of the time zone database, so that the
change to and from summer time moves a window as it moves the clocks of the people there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from senders.hours import HoursTable, shipped_hours
from senders.places import Evidence, Place, places

#: A week, so that every day's hours are seen.
LOOK_AHEAD_DAYS = 8


class NoSharedHour(Exception):
    """No hour of the week is permitted at every place the person may be."""


@dataclass(frozen=True)
class Window:
    """The hours in which a text may leave: those of now, else the next ones."""

    open_now: bool
    opens_at: datetime  # by a clock of the place
    closes_at: datetime  # no text leaves at this moment or later
    rule: str  # as "8:00 to 20:00 in Florida (by ZIP 33101)"


def window(now: datetime, evidence: Evidence, table: HoursTable | None = None) -> Window:
    """Return the window that is open *now*, or the next one to open.

    Raises NoSharedHour.
    """
    hours = table or shipped_hours()
    where = places(evidence)
    clocks = dict.fromkeys((place.state, zone) for place in where for zone in place.zones)
    permitted = (list(_permitted(now, state, zone, hours)) for state, zone in clocks)
    shared = [span for span in reduce(_shared, permitted) if span[1] > now]
    if not shared:
        raise NoSharedHour(" and ".join(place.name for place in where))
    opens, closes = shared[0]
    clock = ZoneInfo(where[0].zones[0])
    rule = " and ".join(_in_words(place, opens, hours) for place in where)
    return Window(opens <= now, opens.astimezone(clock), closes.astimezone(clock), rule)


Span = tuple[datetime, datetime]


def _permitted(now: datetime, state: str, zone: str, hours: HoursTable) -> Iterator[Span]:
    """The hours by one clock and one law, from the day on which it is *now* there."""
    clock = ZoneInfo(zone)
    today = now.astimezone(clock).date()
    for ahead in range(LOOK_AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        if (line := hours.on(state, day)) is not None:
            span = (datetime.combine(day, at, clock) for at in (line.opens, line.closes))
            opens, closes = (at.astimezone(UTC) for at in span)
            yield opens, closes


def _shared(some: list[Span], others: list[Span]) -> list[Span]:
    both = ((max(a[0], b[0]), min(a[1], b[1])) for a in some for b in others)
    return [span for span in both if span[0] < span[1]]


def _in_words(place: Place, opens: datetime, hours: HoursTable) -> str:
    day = opens.astimezone(ZoneInfo(place.zones[0])).date()
    by_each = ", by each of its clocks" if place.state and len(place.zones) > 1 else ""
    return f"{hours.on(place.state, day)} in {place.name}{by_each} ({place.because})"
