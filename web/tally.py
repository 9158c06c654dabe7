"""Requests above a rate limit, counted here and written to PostgreSQL once in a while.

They come in floods: a statement for each would make the flood worse. A count that could not
be written stays for the next time; one that is lost with its process is lost.
"""

import threading
from collections import Counter

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from models import autocommit

WRITE_SECONDS = 0.5


class Tally:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[bytes] = Counter()
        self._timer: threading.Timer | None = None

    def count(self, token_hash: bytes) -> None:
        """Count one request to the URL of this token. Never waits."""
        with self._lock:
            self._counts[token_hash] += 1
            self._write_soon()

    def _write_soon(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(WRITE_SECONDS, self._write)
            self._timer.daemon = True
            self._timer.start()

    def _write(self) -> None:
        with self._lock:
            counts, self._counts = self._counts, Counter()
        try:
            self._add(counts)
        except SQLAlchemyError:
            with self._lock:
                self._counts += counts
        with self._lock:
            self._timer = None
            if self._counts:
                self._write_soon()

    def _add(self, counts: Counter[bytes]) -> None:
        rows = [{"url": url, "more": more} for url, more in counts.items()]
        with autocommit() as connection:
            connection.execute(_ADD, rows)


_ADD = text("UPDATE endpoint_tokens SET limited = limited + :more WHERE token_hash = :url")

limited = Tally()
