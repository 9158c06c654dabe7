"""What a fault is: something with a beginning and an end, under a name.

Whoever begins one ends it, whatever happens in between: `applied` sees to that. Most faults
are two functions, put together as a `Strike`.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from faults.history import History
from faults.service import Service

Act = Callable[[Service], None]
#: What a note of the nemesis says it is, in a history.
NEMESIS = "nemesis"
POLL_SECONDS = 0.02


class Fault(Protocol):
    """`seconds` is how long it lasts between its beginning and its end."""

    name: str
    seconds: float

    def begin(self, service: Service) -> None: ...

    def end(self, service: Service) -> None:
        """Undo it. Does no harm when it never began, and none when called twice."""


Factory = Callable[[random.Random], Fault]


class NotHere(Exception):
    """This fault cannot be applied on this machine or copy; nothing was done."""


class Unmet(Exception):
    """What the fault's row of the table asks for, beside the promises, did not hold."""


def nothing(_service: Service) -> None:
    """End a fault that needs no undoing: whatever died is started again by the supervisor."""


@dataclass
class Strike:
    """A fault made of what begins it and what undoes it."""

    name: str
    seconds: float
    strike: Act
    undo: Act = nothing

    def begin(self, service: Service) -> None:
        self.strike(service)

    def end(self, service: Service) -> None:
        self.undo(service)


def strikes(rows: Mapping[str, tuple[float, Act, Act]]) -> dict[str, Factory]:
    """Name faults that are made of seconds, beginning and undoing, and draw no lots."""
    return {name: _always(name, row) for name, row in rows.items()}


@contextmanager
def applied(fault: Fault, service: Service, history: History | None = None) -> Iterator[None]:
    """Apply a fault while the block lasts; the history tells when it began, stood and ended.

    Raises NotHere before the block when it cannot be applied, Unmet after it.
    """
    try:
        _note(history, "begin", fault)
        fault.begin(service)
        _note(history, "begun", fault)
        yield
    finally:
        try:
            fault.end(service)
        finally:
            _note(history, "end", fault)


def until(true: Callable[[], object], seconds: float) -> bool:
    """Wait until something is true; say whether it came to be within that time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _always(name: str, row: tuple[float, Act, Act]) -> Factory:
    return lambda _draw: Strike(name, *row)


def _note(history: History | None, what: str, fault: Fault) -> None:
    if history is not None:
        history.note(NEMESIS, what, fault.name)
