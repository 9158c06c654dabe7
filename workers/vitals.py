"""Vitals: the thread that tells Redis what this worker has done and that it lives.

A job only counts in memory. Once a second, when there is something to tell, the counts go
out in one pipeline; every few seconds the worker's presence does. Redis being away harms no
job: the counts wait.
"""
# ruff: noqa: ARG002  (a hook takes all that Dramatiq hands it)

import logging
import threading
import time

import redis
from dramatiq import Broker, Middleware, Worker
from dramatiq.broker import MessageProxy

from workers.connection import connect
from workers.counts import Counts, Ending
from workers.failures import is_expected
from workers.finished import Finished
from workers.presence import BEAT_SECONDS, Presence

logger = logging.getLogger(__name__)

_FLUSH_SECONDS = 1.0


class Vitals(Middleware):
    """Counts every run and keeps the process' presence, from boot to shutdown."""

    def __init__(self) -> None:
        self._counts = Counts()
        self._finished = Finished()
        self._begun = threading.local()  # a thread runs one job at a time
        self._stopped = threading.Event()
        self._presence: Presence | None = None
        self._thread: threading.Thread | None = None

    def after_worker_boot(self, broker: Broker, worker: Worker) -> None:
        self._presence = Presence(worker, getattr(broker, "broker_id", ""))
        self._thread = threading.Thread(
            target=self._tell, args=(self._presence,), name="vitals", daemon=True
        )
        self._thread.start()

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        self._begun.at = time.perf_counter()
        if self._presence:
            self._presence.begin(message)

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: object = None,
        exception: BaseException | None = None,
    ) -> None:
        seconds = time.perf_counter() - self._begun.at
        ending = _ending(broker, message, exception)
        self._counts.add(message.actor_name, ending, seconds)
        self._finished.add(message, ending, seconds)
        self.after_skip_message(broker, message)

    def after_skip_message(self, broker: Broker, message: MessageProxy) -> None:
        if self._presence:
            self._presence.end(message)

    def after_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        self._stopped.set()
        if self._thread:
            self._thread.join(timeout=2 * _FLUSH_SECONDS)

    def _tell(self, presence: Presence) -> None:
        client = connect(seconds=_FLUSH_SECONDS)
        beat_at, is_over, pause = 0.0, False, 0.0  # the first beat says that we are here
        while not is_over:
            is_over, pause = self._stopped.wait(pause), _FLUSH_SECONDS
            try:
                self._counts.flush(client)
                self._finished.flush(client)
                if is_over:
                    presence.leave(client)
                elif time.monotonic() >= beat_at:
                    presence.beat(client)
                    beat_at = time.monotonic() + BEAT_SECONDS
            except redis.RedisError as error:
                logger.debug("Redis was not told how this worker is: %s", error)
        client.close()


def _ending(broker: Broker, message: MessageProxy, exception: BaseException | None) -> Ending:
    if exception is None:
        return Ending.DONE
    return Ending.EXPECTED if is_expected(broker, message, exception) else Ending.FAILED
