"""The threads that run the application, and the way back from them to the event loop.

The front's loop only reads and checks. A request in full goes to one of a few threads; leads
and receipts go to one of their own, which runs all that are there at one moment together. Past
IN_FLIGHT requests one is told to come back later: a queue that only grows would answer
everybody too late.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum, auto
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from web.together import run_together

log = logging.getLogger(__name__)

IN_FLIGHT = 256
TOGETHER = 64  # no more than this share a call: the first does not wait for all others
#: What nobody waits for may wait for company: a call that is shared costs each a fraction.
COMPANY_SECONDS = 0.02
PATIENCE_SECONDS = 5.0  # a request that has waited longer is answered "later", not run


class Manner(Enum):
    """How a request is run."""

    ALONE = auto()
    TOGETHER = auto()  # with those that are there at the same moment
    PATIENT = auto()  # the same, after a moment in which others may come


Work = Callable[[bool], None]
Task = tuple[Work, float, "asyncio.Future[None]"]


class Crew:
    """Bounded pools. What they are given is refused at once when there is no room."""

    def __init__(self, loop: asyncio.AbstractEventLoop, threads: int) -> None:
        self._loop = loop
        self._single: SimpleQueue[Task] = SimpleQueue()
        self._together: SimpleQueue[Sequence[Task]] = SimpleQueue()
        self._held: list[Task] = []
        self._finished: deque[asyncio.Future[None]] = deque()
        self._bell_rung = False
        self._in_flight = 0
        for number in range(threads):
            _start(f"request-{number}", self._serve)
        _start("together", self._serve_together)

    async def do(self, work: Work, manner: Manner = Manner.ALONE) -> bool:
        """Run *work* in a thread, to its end. It is told whether it has waited too long.

        Return False at once when there is no room.
        """
        if self._in_flight >= IN_FLIGHT:
            return False
        self._in_flight += 1
        end = self._loop.create_future()
        self._hand_over((work, monotonic() + PATIENCE_SECONDS, end), manner)
        try:
            await end
        finally:
            self._in_flight -= 1
        return True

    def _hand_over(self, task: Task, manner: Manner) -> None:
        if manner is Manner.ALONE:
            self._single.put(task)
        elif manner is Manner.TOGETHER:
            self._together.put([task])
        else:
            self._hold(task)

    def _hold(self, task: Task) -> None:
        if not self._held:
            self._loop.call_later(COMPANY_SECONDS, self._let_go)
        self._held.append(task)
        if len(self._held) == TOGETHER:
            self._let_go()

    def _let_go(self) -> None:
        if self._held:
            self._together.put(self._held)
            self._held = []

    def _serve(self) -> None:
        while True:
            self._run(self._single.get())

    def _serve_together(self) -> None:
        while True:
            run_together([partial(self._run, task) for task in self._arrived()])

    def _arrived(self) -> Sequence[Task]:
        """Wait for a request; return it with all others that are there by now."""
        tasks = [*self._together.get()]
        try:
            while len(tasks) < TOGETHER:
                tasks += self._together.get_nowait()
        except Empty:
            pass
        return tasks

    def _run(self, task: Task) -> None:
        work, expires, end = task
        try:
            work(monotonic() > expires)
        except Exception:  # a thread that dies is lost for every later request
            log.exception("The front could not answer")
        self._finished.append(end)
        if not self._bell_rung:
            self._bell_rung = True
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        """One call wakes all who have finished since the last: waking costs a system call."""
        self._bell_rung = False
        while self._finished:
            end = self._finished.popleft()
            if not end.done():
                end.set_result(None)


def _start(name: str, target: Callable[[], None]) -> None:
    Thread(target=target, name=name, daemon=True).start()
