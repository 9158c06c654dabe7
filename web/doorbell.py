"""The doorbell: after a lead is committed and off the request's path, its job is sent.

Requests drop jobs here and go on. One thread collects what came in the last few
milliseconds and rings once for all of it. A failing Redis never slows or fails a request:
the failure is counted, and the sweeper rings again for every lead left waiting.
"""

import logging
import os
import queue
import threading
import time

from workers.ring import Job, RingFailed, job, ring

log = logging.getLogger(__name__)

#: How long the first job of a batch waits for company. Short: a text is on the way.
GATHER_SECONDS = 0.002
MOST_AT_ONCE = 500
#: Jobs kept while Redis is slow. More would only be memory: the sweeper finds their leads.
MOST_WAITING = 20_000


class Doorbell:
    """Collects jobs and rings for them from a thread of its own, made at the first press."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Job] = queue.Queue(MOST_WAITING)
        self._starting = threading.Lock()
        self._pid = 0
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
                ring(jobs)
            except RingFailed as error:
                self.missed += len(jobs)
                log.warning("%s", error)

    def _gather(self) -> list[Job]:
        """Wait for a job, then give others a moment to come along."""
        jobs = [self._waiting.get()]
        closing = time.monotonic() + GATHER_SECONDS
        while len(jobs) < MOST_AT_ONCE:
            try:
                jobs.append(self._waiting.get(timeout=max(0.0, closing - time.monotonic())))
            except queue.Empty:
                break
        return jobs


doorbell = Doorbell()
