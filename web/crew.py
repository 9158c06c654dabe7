"""The threads that run the application, and the way back from them to the event loop.

The front's loop only reads and checks. A request in full goes to one of a few threads, as
many as the process has database connections. Past IN_FLIGHT requests it is told to come back
later: a queue that only grows would answer everybody too late.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from time import monotonic

log = logging.getLogger(__name__)

IN_FLIGHT = 256
PATIENCE_SECONDS = 5.0  # a request that has waited longer is answered "later", not run

Work = Callable[[bool], None]


class Crew:
    """A bounded pool. `do` returns False at once when there is no room."""

    def __init__(self, loop: asyncio.AbstractEventLoop, threads: int) -> None:
        self._loop = loop
        self._waiting: SimpleQueue[tuple[Work, float, asyncio.Future[None]]] = SimpleQueue()
        self._finished: deque[asyncio.Future[None]] = deque()
        self._bell_rung = False
        self._in_flight = 0
        for number in range(threads):
            Thread(target=self._serve, name=f"request-{number}", daemon=True).start()

    async def do(self, work: Work) -> bool:
        """Run *work* in a thread, to its end. It is told whether it has waited too long."""
        if self._in_flight >= IN_FLIGHT:
            return False
        self._in_flight += 1
        end = self._loop.create_future()
        self._waiting.put((work, monotonic() + PATIENCE_SECONDS, end))
        try:
            await end
        finally:
            self._in_flight -= 1
        return True

    def _serve(self) -> None:
        while True:
            work, expires, end = self._waiting.get()
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
