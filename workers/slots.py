"""How many threads of a process may be inside a call to Twilio: three quarters of them.

When Twilio hangs, the rest still process leads and receipts. `run` waits a moment for a slot,
as long as calls end in time. `send` does not: a text that finds no slot waits in this process
and is sent by the next thread that is done with one; should the process die, its row is
`ready` and due, and the sweeper rings again.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from uuid import UUID

#: A job that goes on with waiting texts ends after so long, to let other jobs have the thread.
LONGEST_RUN_SECONDS = 1.0
#: Most calls take less. Whoever waits longer keeps a thread from other jobs.
PATIENCE_SECONDS = 0.25
#: More would only be memory: the sweeper finds their rows.
MOST_WAITING = 1_000


class Slots:
    """Runs `send` for one lead after another, in at most *size* threads at once."""

    def __init__(self, size: int, send: Callable[[UUID], None]) -> None:
        self._free = threading.BoundedSemaphore(size)
        self._send = send
        self._waiting: deque[UUID] = deque(maxlen=MOST_WAITING)
        self._is_stuck = False  # somebody waited in vain, and no call has ended since

    def send(self, lead_id: UUID) -> None:
        """Send now if there is a slot, else leave it to a thread that has one."""
        self._waiting.append(lead_id)
        self._send_waiting()

    def run(self, send: Callable[[], bool]) -> bool:
        """Do *send* if there is a slot, or will be in a moment; say whether it has sent."""
        if not self._free.acquire(timeout=0 if self._is_stuck else PATIENCE_SECONDS):
            self._is_stuck = True
            return False
        try:
            return send()
        finally:
            self._release()
            self._send_waiting()

    def _send_waiting(self) -> None:
        closing = time.monotonic() + LONGEST_RUN_SECONDS
        while self._waiting and time.monotonic() < closing:
            if not self._free.acquire(blocking=False):
                return  # whoever holds the slots looks again before it goes
            try:
                self._send_next()
            finally:
                self._release()

    def _release(self) -> None:
        self._is_stuck = False
        self._free.release()

    def _send_next(self) -> None:
        try:
            lead_id = self._waiting.popleft()
        except IndexError:
            return  # another thread was faster
        self._send(lead_id)
