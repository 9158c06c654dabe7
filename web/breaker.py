"""Whether PostgreSQL is worth asking. While it is away nobody waits for it: a probe does.

Every request would otherwise wait out its share of the deadline first. It opens after three
failures in a row, or at once when a call took all the time it had: those behind it would wait
as long. A lock that somebody holds is no failure. A thread of its own asks once a second
until PostgreSQL can be written to again.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from psycopg import errors
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import DBAPIError

from models.accept import DatabaseAway, UrlBusy
from models.budget import DatabaseHangs, Unstorable
from models.db import hurried

FAILURES = 3
PROBE_SECONDS = 1.0
PROBE_PATIENCE_SECONDS = 0.7
ASK: LiteralString = "SELECT pg_is_in_recovery()"

#: What PostgreSQL says when it is well, and only this statement cannot be.
_WELL = (errors.LockNotAvailable, errors.DeadlockDetected, errors.QueryCanceled)


class Breaker:
    """Counts failures in a row; open after FAILURES of them until a probe succeeds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._probing = False

    @property
    def is_open(self) -> bool:
        return self._failures >= FAILURES

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Let a call through if PostgreSQL is worth asking, and note how it went.

        Raises DatabaseAway instead of whatever a database that is away raises.
        """
        if self.is_open:
            raise DatabaseAway("PostgreSQL was away a moment ago")
        try:
            yield
        except Unstorable:
            raise
        except DatabaseAway as error:
            self._note(error)
            raise
        except UrlBusy:
            raise
        except DBAPIError as error:
            if isinstance(error.orig, _WELL):
                raise
            self._failed(1)
            raise DatabaseAway(type(error.orig).__name__) from error
        except BaseException:
            self._succeeded()  # PostgreSQL answered; what came of it is another matter
            raise
        self._succeeded()

    def _succeeded(self) -> None:
        """Forget failures, unless it is open: a late success of before says nothing of now."""
        if self._failures and not self.is_open:
            self._failures = 0

    def _note(self, error: DatabaseAway) -> None:
        """Count a failed call once, however many requests have shared it."""
        if not error.is_echo:
            self._failed(FAILURES if isinstance(error, DatabaseHangs) else 1)

    def _failed(self, weight: int) -> None:
        with self._lock:
            self._failures += weight
            if not self.is_open or self._probing:
                return
            self._probing = True
        threading.Thread(target=self._probe, name="breaker", daemon=True).start()

    def _probe(self) -> None:
        while True:
            time.sleep(PROBE_SECONDS)
            if can_be_written_to():
                with self._lock:
                    self._failures, self._probing = 0, False
                return


def can_be_written_to() -> bool:
    """Ask PostgreSQL. What answers but is read-only has been failed over from."""
    deadline = time.monotonic() + PROBE_PATIENCE_SECONDS
    try:
        with hurried(deadline, PROBE_PATIENCE_SECONDS) as connection:
            row = connection.execute(ASK).fetchone()
    except (psycopg.Error, PoolTimeout):
        return False
    return row is not None and not row[0]


breaker = Breaker()
