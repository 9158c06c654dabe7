"""How far operators saw texts to be, and which leads they asked to be tried again.

A final status stays. What was seen later in real time is compared with what was seen earlier;
of two looks at the same time nobody knows which one saw the older state.
"""

from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from faults.checker.findings import Violation
from faults.history import FAIL, OK, Entry

FINAL = frozenset({"delivered", "undelivered", "landline", "refused", "suppressed", "canceled"})


class Seen(NamedTuple):
    """A final status, and when the look that saw it was over."""

    status: str
    attempts: int
    op: int
    at: float


@dataclass
class Looks:
    final: dict[str, Seen] = field(default_factory=dict)
    retries: dict[str, list[int]] = field(default_factory=dict)  # those that may have happened
    changed: list[Violation] = field(default_factory=list)
    compared: int = 0

    def began(self, entry: Entry) -> None:
        """From here on the text may be sent again, whatever was seen before."""
        if entry.f == "retry":
            self.retries.setdefault(entry.value["lead"], []).append(entry.op)
            self.final.pop(entry.value["lead"], None)

    def ended(self, begun: Entry, entry: Entry) -> None:
        if begun.f == "retry" and entry.type == FAIL:
            self.retries[begun.value["lead"]].remove(begun.op)
        elif begun.f in {"look_leads", "look_lead"} and entry.type == OK:
            for lead_id, status, attempts in entry.value.get("rows", ()):
                self._saw(lead_id, Seen(status, attempts, entry.op, entry.time), begun.time)

    def at_the_end(self, lead_id: str, status: str, attempts: int) -> Violation | None:
        """Compare what is seen when all is over with what was seen before."""
        return self._change(lead_id, Seen(status, attempts, 0, inf), inf)

    def _saw(self, lead_id: str, seen: Seen, begun: float) -> None:
        change = self._change(lead_id, seen, begun)
        if change is not None:
            self.changed.append(change)
        elif seen.status in FINAL and not self.retries.get(lead_id):
            self.final.setdefault(lead_id, seen)

    def _change(self, lead_id: str, seen: Seen, begun: float) -> Violation | None:
        before = self.final.get(lead_id)
        if before is None or before.at >= begun:
            return None
        self.compared += 1
        if (before.status, before.attempts) == (seen.status, seen.attempts):
            return None
        says = f"the text was {before.status}, later {seen.status}"
        return Violation(says, (before.op, seen.op) if seen.op else (before.op,), lead=lead_id)
