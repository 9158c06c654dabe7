"""The jobs that ended last: a short list in Redis, for whoever looks at what goes on now.

Finished jobs have no rows: three a lead would double what a lead costs, and the lead's own
timeline says what became of it. What stays of them are counts (models/job_counts.py). This
list holds the last few hundred of all workers together, and Redis may lose it.
"""

import json
import threading
import time
from collections import deque
from typing import NamedTuple

import redis
from dramatiq.broker import MessageProxy

from workers.counts import Ending

KEY = "optin:finished"
KEPT = 300
SWEEPS = "sweeps"


class FinishedJob(NamedTuple):
    """One run that ended, however it did."""

    actor: str
    queue: str
    message_id: str
    argument: str | None  # the first one: the id of what it was about
    request_id: str | None
    ending: str
    ms: int
    at: float


class Finished:
    """The last jobs of this process that Redis does not have yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[tuple[MessageProxy, Ending, float, float]] = deque(maxlen=KEPT)

    def add(self, message: MessageProxy, ending: Ending, seconds: float) -> None:
        """Note a run that ended just now. Writing it out is left to `flush`.

        Sweeps that went well are left out: there are several a second, and each has its
        schedule to tell of it.
        """
        if message.queue_name == SWEEPS and ending is Ending.DONE:
            return
        self._waiting.append((message, ending, seconds, time.time()))

    def flush(self, client: "redis.Redis") -> None:
        """Send what is waiting. Raises RedisError; then it is lost, as any of it may be."""
        with self._lock:
            waiting, self._waiting = self._waiting, deque(maxlen=KEPT)
        if not waiting:
            return
        pipeline = client.pipeline(transaction=False)
        pipeline.lpush(KEY, *(json.dumps(_row(*each)) for each in waiting))
        pipeline.ltrim(KEY, 0, KEPT - 1)
        pipeline.execute()


def finished_jobs(client: "redis.Redis", actor: str | None = None) -> list[FinishedJob]:
    """Return the jobs that ended last, the last one first. Raises RedisError."""
    raw = client.lrange(KEY, 0, KEPT - 1)
    found = (FinishedJob(*json.loads(each)) for each in raw)
    return [job for job in found if actor is None or job.actor == actor]


def _row(message: MessageProxy, ending: Ending, seconds: float, at: float) -> FinishedJob:
    first = message.args[0] if message.args else None
    return FinishedJob(
        actor=message.actor_name,
        queue=message.queue_name,
        message_id=message.message_id,
        argument=first if isinstance(first, str) else None,
        request_id=message.options.get("request_id"),
        ending=ending.value,
        ms=round(seconds * 1000),
        at=at,
    )
