"""The doorbell: after a lead is committed and off the request's path, its job is sent.

Requests drop jobs here and go on. One thread rings at once for the first, and then for all that
came in the next few milliseconds together. A failing Redis never slows or fails a request:
the failure is counted, and the sweeper rings again for every lead left waiting.
"""

import logging
import os
import queue
import threading
import time

from failpoints import failpoint
from workers.ring import Job, RingFailed, job, ring

log = logging.getLogger(__name__)

#: So long after a ring the next one waits for company. A job on a quiet day does not wait.
GATHER_SECONDS = 0.004
MOST_AT_ONCE = 500
#: Jobs kept while Redis is slow. More would only be memory: the sweeper finds their leads.
MOST_WAITING = 20_000


class Doorbell:
    """Collects jobs and rings for them from a thread of its own, made at the first press."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Job] = queue.Queue(MOST_WAITING)
        self._starting = threading.Lock()
        self._pid = 0
        self._rang_at = float("-inf")
        self.missed = 0  # jobs that could not be rung for since this process began

    def press(self, message: Job) -> None:
        """Have *message* sent soon, with the id of the request at hand. Never blocks."""
        self._start_once()
        try:
            self._waiting.put_nowait(job(message))
        except queue.Full:
            self.missed += 1

    def _start_once(self) -> None:
        if self._pid == os.getpid():
            return
        with self._starting:
            if self._pid != os.getpid():
                threading.Thread(
                    target=self._ring_for_ever, name="doorbell", daemon=True
                ).start()
                self._pid = os.getpid()

    def _ring_for_ever(self) -> None:
        while True:
            jobs = self._gather()
            try:
                failpoint("accept_before_ring")
                ring(jobs)
                failpoint("accept_after_ring")
            except RingFailed as error:
                self.missed += len(jobs)
                log.warning("%s", error)
            except Exception:  # a thread that dies would ring for nobody any more
                self.missed += len(jobs)
                log.exception("jobs wait for the sweeper")
            self._rang_at = time.monotonic()

    def _gather(self) -> list[Job]:
        """Wait for a job; give others a moment to come along if one has just gone out."""
        jobs = [self._waiting.get()]
        closing = self._rang_at + GATHER_SECONDS
        while len(jobs) < MOST_AT_ONCE:
            try:
                jobs.append(self._waiting.get(timeout=max(0.0, closing - time.monotonic())))
            except queue.Empty:
                break
        return jobs


doorbell = Doorbell()
