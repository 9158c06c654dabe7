"""When the faults are over: wait until all is settled, then write down what everybody says.

The API is read page by page, the simulator's ledger piece by piece, and ending.json has one
row a line: it is JSON, and it can be read without holding all of it.
"""

import json
import math
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import requests

from faults.calls import Copy
from faults.ledger import texts
from faults.rows import ROWS

A_PAGE = 200
BETWEEN_LOOKS = 0.5
#: A backlog is looked at so often; it is worked off while so many a second join the queue.
BETWEEN_COUNTS, WORKED_OFF, LONGEST_BACKLOG = 3.0, 5.0, 2_700.0
#: What is not over yet. A held lead waits for a switch, and the switch is on by now.
OPEN = ("received", "texting", "held")
PLACES = {
    "leads": "/leads",
    "contacts": "/contacts?folder=all",
    "queue": "/contacts?folder=opt-in-queue",
    "suppressions": "/suppressions",
    "jobs": "/jobs",
}


class Settled(NamedTuple):
    """How long it took until nothing was open; or that it was not over in time."""

    seconds: float
    in_time: bool


def await_settled(
    service: Copy, patience: float, taken: set[str], *, burst: bool = False
) -> Settled:
    """Wait until no lead is open and every one that was *taken* is there; or until the time.

    A *burst* of more than the machine carries leaves a backlog (F39): only then *patience*
    counts from when no more of it is worked off.
    """
    begun = time.monotonic()
    missing, backlog = set(taken), Backlog(service, begun)
    while (now := time.monotonic()) - (backlog.moved_at(now) if burst else begun) < patience:
        if not _any_open(service):
            missing -= _known(service, missing)
            if not missing:
                return Settled(round(now - begun, 1), in_time=True)
        time.sleep(BETWEEN_LOOKS)
    return Settled(round(now - begun, 1), in_time=False)


@dataclass
class Backlog:
    """Whether people still arrive in the opt-in queue as fast as they do under load."""

    service: Copy
    begun: float
    _looked_at: float = -math.inf
    _moved_at: float = -math.inf
    _queued: int | None = None

    def moved_at(self, now: float) -> float:
        """Return when it last moved, but no more than LONGEST_BACKLOG after the beginning."""
        if now - self._looked_at >= BETWEEN_COUNTS:
            queued = _queued(self.service)
            if queued is not None and self._queued is not None:
                seconds = now - self._looked_at
                if queued - self._queued >= WORKED_OFF * seconds:
                    self._moved_at = now
            self._looked_at, self._queued = now, queued
        return max(self.begun, min(self._moved_at, self.begun + LONGEST_BACKLOG))


def write_ending(path: Path, facts: Mapping[str, Any], service: Copy, leaks: list[Any]) -> None:
    """Collect everything into *path*. Raises what requests raises: no ending, no verdict."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"facts": ' + json.dumps(facts))
        for section, rows in _sections(service, leaks):
            file.write(f',\n"{section}": [')
            for count, row in enumerate(rows):
                file.write((",\n" if count else "\n") + json.dumps(row, separators=(",", ":")))
            file.write("\n]")
        file.write("\n}\n")


def read_ending(path: Path) -> Iterator[tuple[str, Any]]:
    """Give ("facts", {…}) and then every row with the name of its section."""
    section = ""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = line.strip().rstrip(",")
            if row.startswith('{"facts": '):
                yield "facts", json.loads(row.removeprefix('{"facts": '))
            elif row.startswith('"'):
                section = row.split('"')[1]
            elif row not in {"]", "}", ""}:
                yield section, json.loads(row)


def _sections(service: Copy, leaks: list[Any]) -> Iterator[tuple[str, Iterable[Any]]]:
    for section, path in PLACES.items():
        yield section, (ROWS[section](each) for each in _everything(service, path))
    yield "texts", texts(service.simulator_url)
    yield "leaks", leaks


def _everything(service: Copy, path: str) -> Iterator[dict[str, Any]]:
    first = f"{path}{'&' if '?' in path else '?'}limit={A_PAGE}"
    cursor: str | None = ""
    while cursor is not None:
        answer = service.api("GET", f"{first}&cursor={cursor}" if cursor else first)
        answer.raise_for_status()
        body = answer.json()
        yield from body["items"]
        cursor = body["next_cursor"]


def _any_open(service: Copy) -> bool:
    """Say whether a lead waits for its end. No answer is one of "perhaps"."""
    try:
        for status in OPEN:
            answer = service.api("GET", f"/leads?status={status}&limit=1")
            if not answer.ok or answer.json()["items"]:
                return True
    except requests.RequestException:
        return True
    return False


def _queued(service: Copy) -> int | None:
    """Count who is in the opt-in queue; None: it did not say."""
    try:
        answer = service.api("GET", "/folders")
    except requests.RequestException:
        return None
    folders = answer.json() if answer.ok else []
    return next((each["count"] for each in folders if each["id"] == "opt-in-queue"), None)


def _known(service: Copy, missing: set[str]) -> set[str]:
    """Find those that are there now: what the spool took comes a little later."""
    found: set[str] = set()
    try:
        for lead in _everything(service, PLACES["leads"]):
            found.add(lead["id"])
            if missing <= found:
                break
    except requests.RequestException:
        return set()
    return found & missing
