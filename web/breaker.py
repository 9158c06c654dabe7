"""Whether PostgreSQL is worth asking: after three failures in a row, only once a second.

While it is away every request would otherwise wait out its share of the deadline first. A
lock that somebody holds is no failure.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors
from sqlalchemy.exc import DBAPIError

from models.accept import DatabaseAway, UrlBusy

FAILURES = 3
PROBE_SECONDS = 1.0

#: What PostgreSQL says when it is well, and only this statement cannot be.
_WELL = (errors.LockNotAvailable, errors.DeadlockDetected, errors.QueryCanceled)


class Breaker:
    """Counts failures in a row; open after FAILURES of them until a probe succeeds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._probed_at = 0.0

    @property
    def is_open(self) -> bool:
        return self._failures >= FAILURES

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Let a call through if PostgreSQL is worth asking, and note how it went.

        Raises DatabaseAway instead of whatever a database that is away raises.
        """
        if not self._may_ask():
            raise DatabaseAway("PostgreSQL was away a moment ago")
        try:
            yield
        except DatabaseAway:
            self._failed()
            raise
        except UrlBusy:
            raise
        except DBAPIError as error:
            if isinstance(error.orig, _WELL):
                raise
            self._failed()
            raise DatabaseAway(type(error.orig).__name__) from error
        except BaseException:
            self._failures = 0  # PostgreSQL answered; what came of it is another matter
            raise
        self._failures = 0

    def _may_ask(self) -> bool:
        if not self.is_open:
            return True
        with self._lock:
            now = time.monotonic()
            if now - self._probed_at < PROBE_SECONDS:
                return False
            self._probed_at = now
            return True

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._probed_at = time.monotonic()


breaker = Breaker()
