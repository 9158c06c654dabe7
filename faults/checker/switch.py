"""When the integration was off, and which URLs were dead, as it was answered.

Between the answer 200 to deactivate and the next request to activate nothing may be taken;
after the answer 200 to a regenerate nothing that is posted to an older URL. "Closing" (202)
promises nothing yet. Times of requests are compared on the harness' own, monotonic clock.
"""

from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from faults.history import FAIL, OK, Entry

LINGERS_SECONDS = 60.0
DONE = 200
OPENS, CLOSES, REPLACES, DELETES = "activate", "deactivate", "regenerate", "delete"
VERBS = (OPENS, CLOSES, REPLACES, DELETES)


@dataclass(slots=True)
class Off:
    """The integration was off, on the wall's clock, by the operation `op`."""

    op: int
    since: float
    until: float = inf


class Late(NamedTuple):
    """A post that was taken although it began after the URL had been closed."""

    post: int
    closed_by: int
    phone: str


class Refusal(NamedTuple):
    """A post that was told of a closed URL for which nobody had asked."""

    post: int
    status: int
    phone: str


@dataclass
class Switch:
    offs: list[Off] = field(default_factory=list)
    dead_since: dict[int, tuple[float, int]] = field(default_factory=dict)  # url: wall, op
    late: list[Late] = field(default_factory=list)
    uncalled: list[Refusal] = field(default_factory=list)
    tried: int = 0  # posts that began at a closed URL
    _closed_by: int | None = None
    _on_by: int | None = None
    _latest: int = 0  # of those that open or close: who else is under way decides too
    _uncertain_until: float = -inf
    _asked_dead: int = -1  # the highest URL that anybody asked to replace
    _asked_off: bool = False
    _posts: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)

    def began(self, entry: Entry) -> None:
        if entry.f == "post":
            closed_by = self._closing(entry.value["url"])
            self.tried += closed_by is not None
            self._posts[entry.op] = (closed_by, self._on_by)
        elif entry.f == OPENS:
            self._latest = entry.op
            self._end_off(entry)
        elif entry.f == CLOSES:
            self._latest = entry.op
            self._on_by, self._asked_off = None, True
        elif entry.f in {REPLACES, DELETES}:
            self._asked_dead = max(self._asked_dead, entry.value["url"])

    def ended(self, begun: Entry, entry: Entry) -> None:
        if begun.f == "post":
            self._post_ended(begun, entry)
        elif begun.f in VERBS:
            self._verb_ended(begun, entry)

    def _closing(self, url: int) -> int | None:
        if url in self.dead_since:
            return self.dead_since[url][1]
        return self._closed_by

    def _end_off(self, entry: Entry) -> None:
        """A post that is under way now may be looked at when it is on again."""
        for op, (closed_by, on_by) in self._posts.items():
            if closed_by == self._closed_by:
                self._posts[op] = (None, on_by)
        self._closed_by = None
        if self.offs and self.offs[-1].until == inf:
            self.offs[-1].until = entry.wall

    def _post_ended(self, begun: Entry, entry: Entry) -> None:
        closed_by, on_by = self._posts.pop(begun.op)
        if entry.type == OK and closed_by is not None:
            self.late.append(Late(begun.op, closed_by, begun.value["phone"]))
        elif entry.type == FAIL and self._is_uncalled(begun, entry.value["status"], on_by):
            refusal = Refusal(begun.op, entry.value["status"], begun.value["phone"])
            self.uncalled.append(refusal)

    def _is_uncalled(self, begun: Entry, status: int, on_by: int | None) -> bool:
        """Say whether a refusal has no cause in anything that was asked for."""
        if status == 410:  # noqa: PLR2004  (replaced)
            return int(begun.value["url"]) > self._asked_dead
        if status == 423:  # noqa: PLR2004  (off)
            is_on = on_by is not None and on_by == self._on_by
            return is_on or not self._asked_off
        return False

    def _verb_ended(self, begun: Entry, entry: Entry) -> None:
        if entry.type not in {OK, FAIL}:
            self._uncertain_until = begun.time + LINGERS_SECONDS
            return
        if entry.type == FAIL or entry.value["status"] != DONE:
            return
        if begun.f in {REPLACES, DELETES}:
            for url in range(begun.value["url"] + 1):
                self.dead_since.setdefault(url, (entry.wall, entry.op))
        elif begun.op == self._latest and begun.time > self._uncertain_until:
            self._switched(begun, entry)

    def _switched(self, begun: Entry, entry: Entry) -> None:
        if begun.f == OPENS:
            self._on_by = entry.op
        else:
            self._closed_by = entry.op
            self.offs.append(Off(entry.op, entry.wall))
