"""At what hours a person may be texted, by state and day: a dated table, not code.

senders/tables/quiet_hours.tsv says how it is written. The file is read once, as a module is.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from importlib.resources import files

EVERY_OTHER_STATE = "*"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Hours:
    """From when to when, on some days of the week, from a day on. The end is not included."""

    state: str
    since: date
    days: range  # of date.weekday()
    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{_clock(self.opens)} to {_clock(self.closes)}"


class HoursTable:
    """Who may be texted when, by the law of which day."""

    def __init__(self, lines: list[Hours]) -> None:
        self._lines: defaultdict[str, list[Hours]] = defaultdict(list)
        for line in lines:
            self._lines[line.state].append(line)

    def on(self, state: str, day: date) -> Hours | None:
        """Return the hours of a day, by its own law; None where nobody may be texted then."""
        in_force = self._in_force(state, day) or self._in_force(EVERY_OTHER_STATE, day)
        return next((line for line in in_force if day.weekday() in line.days), None)

    def _in_force(self, state: str, day: date) -> list[Hours]:
        """The newest lines that hold already; they replace all older ones of their state."""
        begun = [line for line in self._lines.get(state, ()) if line.since <= day]
        newest = max((line.since for line in begun), default=None)
        return [line for line in begun if line.since == newest]


@cache
def shipped_hours() -> HoursTable:
    """Return the table that comes with the service."""
    return HoursTable([_hours(*cells) for cells in rows("quiet_hours.tsv")])


def rows(name: str) -> Iterator[list[str]]:
    """Return the lines of a table of the service, cell by cell, without its remarks."""
    text = (files("senders") / "tables" / name).read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _hours(state: str, since: str, days: str, opens: str, closes: str, _source: str) -> Hours:
    first, last = (_DAYS.index(day) for day in days.split("-"))
    return Hours(
        state,
        date.fromisoformat(since),
        range(first, last + 1),
        time.fromisoformat(opens),
        time.fromisoformat(closes),
    )


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"
