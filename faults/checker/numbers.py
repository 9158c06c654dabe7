"""When which number must not be texted, as it was answered; and who was seen in the queue.

A span begins when the answer arrived and ends when somebody asks to lift it: in between, and
only there, is something promised. An answer that got lost promises nothing; but what was asked
for then may still happen, for a while.
"""

from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from faults.checker.findings import Violation
from faults.history import FAIL, OK, Entry

#: A request whose answer got lost may take effect so much later.
LINGERS_SECONDS = 60.0
#: Suppressed, with a text under way that the answer names (202).
UNDER_WAY = 202


@dataclass(slots=True)
class Span:
    """From `since` to `until`, on the wall's clock, nothing goes out."""

    op: int
    by: str  # suppress, by an operator; stop, by the person
    since: float
    until: float = inf
    excused: frozenset[str] = frozenset()  # leads whose text may still be at the carrier


class _Row(NamedTuple):
    contact: str
    phone: str
    suppressed: bool
    groups: int


@dataclass
class Numbers:
    spans: dict[str, list[Span]] = field(default_factory=dict)
    odd_rows: list[Violation] = field(default_factory=list)  # of looks at the queue
    rows_seen: int = 0
    #: Until when each that lifts may take effect, by number and kind of span.
    _lifts: dict[tuple[str, str], dict[int, float]] = field(default_factory=dict)

    def began(self, entry: Entry) -> None:
        """Lifting ends the spans of its kind: from here on it may have happened."""
        lifts = LIFTED_BY.get(entry.f)
        if lifts is None:
            return
        for span in self.spans.get(entry.value["phone"], ()):
            if span.by == lifts and span.until == inf:
                span.until = entry.wall
        self._lifts.setdefault((entry.value["phone"], lifts), {})[entry.op] = inf

    def ended(self, begun: Entry, entry: Entry) -> None:
        if begun.f in LIFTED_BY:
            lost = entry.type not in {OK, FAIL}
            until = begun.wall + LINGERS_SECONDS if lost else entry.wall
            self._lifts[begun.value["phone"], LIFTED_BY[begun.f]][begun.op] = until
        elif begun.f in LIFTED_BY.values() and entry.type == OK:
            self._suppressed(begun, entry)
        elif begun.f == "look_queue" and entry.type == OK:
            self._looked(begun, entry)

    def covering(self, phone: str, at: float) -> list[Span]:
        """The spans of a number that hold at a time."""
        return [each for each in self.spans.get(phone, ()) if each.since < at < each.until]

    def _suppressed(self, begun: Entry, entry: Entry) -> None:
        phone = begun.value["phone"]
        if any(until > begun.wall for until in self._lifts.get((phone, begun.f), {}).values()):
            return  # somebody lifts it at the same time: nobody can say which came first
        excused = frozenset(entry.value.get("in_flight") or ())
        span = Span(entry.op, begun.f, entry.wall, excused=excused)
        self.spans.setdefault(phone, []).append(span)

    def _looked(self, begun: Entry, entry: Entry) -> None:
        for row in (_Row(*each) for each in entry.value["rows"]):
            self.rows_seen += 1
            spans = [
                span
                for span in self.spans.get(row.phone, ())
                if span.by == "suppress" and span.since < begun.wall and span.until == inf
            ]
            if row.suppressed or row.groups or spans:
                why = "suppressed" if row.suppressed or spans else "in a group"
                ops = (*(span.op for span in spans), entry.op)
                self.odd_rows.append(Violation(f"in the queue while {why}", ops, row.phone))


#: What ends which kind of span. The person's own word is only taken back by the person.
LIFTED_BY = {"lift": "suppress", "start": "stop"}
