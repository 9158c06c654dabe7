"""Counts: how many jobs ended how, and how long they took, a minute at a time, in Redis.

One hash a minute and a field for each count, such as `process_lead:done`, kept for two hours:
the clock rolls them up into PostgreSQL, the dashboard and /metrics read them meanwhile.
Counted in memory and sent by workers/vitals.py once a second, never by the job itself.
"""

import threading
import time
from bisect import bisect_left
from collections import Counter
from enum import Enum

import redis

from models.job_counts import BUCKETS_MS

KEPT_SECONDS = 2 * 3600

#: The field that counts what took longer than the last of BUCKETS_MS.
SLOWER = "slower"


class Ending(Enum):
    """How a run ended."""

    DONE = "done"
    EXPECTED = "expected"  # with an error that its actor declares
    FAILED = "failed"


class Counts:
    """Counts of this process that Redis does not have yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, Counter[str]] = {}

    def add(self, actor: str, ending: Ending, seconds: float) -> None:
        """Count one run that ended just now."""
        milliseconds = round(seconds * 1000)
        counted = Counter({f"{actor}:{ending.value}": 1, f"{actor}:ms": milliseconds})
        counted[f"{actor}:{_bucket(milliseconds)}"] += 1
        with self._lock:
            self._waiting.setdefault(_this_minute(), Counter()).update(counted)

    def flush(self, client: "redis.Redis") -> None:
        """Send what is waiting in one pipeline.

        Raises RedisError; then it waits on, unless it is too old for anyone to read. A count
        may come twice when Redis took it and could not say so.
        """
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        if not waiting:
            return
        try:
            _send(client, waiting)
        except redis.RedisError:
            self._put_back(waiting)
            raise

    def _put_back(self, waiting: dict[int, Counter[str]]) -> None:
        oldest = _this_minute() - KEPT_SECONDS // 60
        with self._lock:
            for minute, counted in waiting.items():
                if minute > oldest:
                    self._waiting.setdefault(minute, Counter()).update(counted)


def key(minute: int) -> str:
    """Name the hash of a minute, counted from 1970."""
    return f"optin:counts:{minute}"


def _send(client: "redis.Redis", waiting: dict[int, Counter[str]]) -> None:
    pipeline = client.pipeline(transaction=True)
    for minute, counted in waiting.items():
        for field, count in counted.items():
            pipeline.hincrby(key(minute), field, count)
        pipeline.expire(key(minute), KEPT_SECONDS)
    pipeline.execute()


def _bucket(milliseconds: int) -> str:
    place = bisect_left(BUCKETS_MS, milliseconds)
    return f"le{BUCKETS_MS[place]}" if place < len(BUCKETS_MS) else SLOWER


def _this_minute() -> int:
    return int(time.time() // 60)
