"""How often one endpoint URL may be used in a minute, counted for all web processes together.

Redis counts, in one round trip, as long as it is quick. A Redis that is away or slow is left
alone for some seconds, and each process counts for itself meanwhile: a limit that is less
exact for a moment is better than a request that waits for its count. The window slides: what
came in the last sixty seconds counts, however the minutes of the clock fall.

Under a high limit a process takes a share of it at a time, one six-hundredth, and counts that
off by itself: then most requests ask nobody. Up to 600 a minute each request is counted alone.
"""

import math
import threading
import time
from functools import cache

import redis
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import RateLimiter, SlidingWindowCounterRateLimiter

from workers.connection import connect

#: No request waits longer than this for its count.
PATIENCE_SECONDS = 0.05
#: An answer that takes longer than this is a slow one; so many in a row, and Redis is let be.
SLOW_SECONDS = 0.02
SLOW_ANSWERS = 3
AWAY_SECONDS = 5.0
#: A limit is taken in so many shares. What is left of one after this time is given up.
SHARES = 600
SHARE_SECONDS = 5.0
MOST_SHARES = 10_000  # held by a process; more would only be memory


def seconds_to_wait(url: str, per_minute: int) -> int | None:
    """Count a use of *url* and return None; or, above the limit, how long to wait for one.

    *url* is any text that stands for it. 0 is no limit, and costs nothing.
    """
    return _minute().use(url, per_minute) if per_minute else None


class Minute:
    """The uses of the last minute: together while Redis is quick, else of this process."""

    def __init__(self, together: RateLimiter, alone: RateLimiter) -> None:
        self._together = together
        self._alone = alone
        self._lock = threading.Lock()
        self._away_until = 0.0
        self._slow = 0
        self._left: dict[tuple[str, int], tuple[int, float]] = {}

    def use(self, url: str, per_minute: int) -> int | None:
        share = max(1, per_minute // SHARES)
        if share > 1 and self._is_left((url, per_minute)):
            return None
        wait = self._take(url, per_minute, share)
        if wait is None and share > 1:
            self._keep((url, per_minute), share - 1)
        return wait

    def _is_left(self, url: tuple[str, int]) -> bool:
        with self._lock:
            left, until = self._left.get(url, (0, 0.0))
            if not left or until < time.monotonic():
                return False
            self._left[url] = (left - 1, until)
            return True

    def _keep(self, url: tuple[str, int], uses: int) -> None:
        with self._lock:
            if len(self._left) >= MOST_SHARES:
                self._left.clear()
            self._left[url] = (uses, time.monotonic() + SHARE_SECONDS)

    def _take(self, url: str, per_minute: int, share: int) -> int | None:
        item = RateLimitItemPerMinute(per_minute)
        if self._may_ask():
            begun = time.monotonic()
            try:
                wait = _take(self._together, item, url, share)
            except redis.RedisError:
                self._leave_alone()
            else:
                self._judge(time.monotonic() - begun)
                return wait
        return _take(self._alone, item, url, share)

    @property
    def is_shared(self) -> bool:
        """Say whether Redis counts just now."""
        return self._away_until == 0.0

    def _may_ask(self) -> bool:
        """After the time of rest one request asks, and the others go on without."""
        if self._away_until == 0.0:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._away_until:
                return False
            self._away_until = now + AWAY_SECONDS
            return True

    def _judge(self, seconds: float) -> None:
        self._slow = self._slow + 1 if seconds > SLOW_SECONDS else 0
        if self._slow >= SLOW_ANSWERS:
            self._leave_alone()
        else:
            self._away_until = 0.0

    def _leave_alone(self) -> None:
        self._slow = 0
        self._away_until = time.monotonic() + AWAY_SECONDS


def _take(limiter: RateLimiter, item: RateLimitItem, url: str, share: int) -> int | None:
    if limiter.hit(item, url, cost=share):
        return None
    free_at = limiter.get_window_stats(item, url).reset_time
    return max(1, math.ceil(free_at - time.time()))


@cache
def _minute() -> Minute:
    """Made at the first use, so that each process has its own."""
    pool = connect(seconds=PATIENCE_SECONDS).connection_pool
    together = RedisStorage("redis://", connection_pool=pool, key_prefix="optin:limit")
    return Minute(
        SlidingWindowCounterRateLimiter(together),
        SlidingWindowCounterRateLimiter(MemoryStorage()),
    )
