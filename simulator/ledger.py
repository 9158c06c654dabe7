"""The ledger: the truth a checker compares with, on disk before anything is answered.

One thread owns the SQLite connection. It takes whatever jobs have gathered, runs them in one
transaction and answers them together after the commit, hence after its fsync: many texts share
an fsync, and none is answered before its own. Reads are jobs too, so they see every answered
write. A killed simulator finds every accepted text again.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from simulator.texts import SCHEMA

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
Job = tuple[Work[Any], "asyncio.Future[Any]"]
Done = tuple["asyncio.Future[Any]", Any, Exception | None]

LARGEST_BATCH = 512
STAMP = "UPDATE texts SET accepted_at = ? WHERE accepted_at IS NULL"


def now() -> str:
    """Give the time as the ledger writes it: ISO 8601, UTC, microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Ledger:
    def __init__(self, path: Path) -> None:
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._connection = _open(path)
        self._thread = threading.Thread(target=self._keep, name="ledger", daemon=True)
        self._thread.start()

    def run(self, work: Work[T]) -> "asyncio.Future[T]":
        """Do the work in the ledger's thread; what it returns comes after the commit."""
        answer: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put((work, answer))
        return answer

    async def close(self) -> None:
        """Finish what was asked for, then let go of the file."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _keep(self) -> None:
        is_open = True
        while is_open:
            batch, is_open = self._gather()
            done = self._commit(batch)
            self._loop.call_soon_threadsafe(_answer, done)
        self._connection.close()

    def _gather(self) -> tuple[list[Job], bool]:
        batch: list[Job] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == LARGEST_BATCH or self._jobs.empty():
                return batch, True
            job = self._jobs.get()
        return batch, False

    def _commit(self, batch: list[Job]) -> list[Done]:
        try:
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN")
            done = [self._do(job) for job in batch]
            self._connection.execute("COMMIT")
            self._stamp()
        except sqlite3.Error as error:  # a full disk: nothing was accepted, everyone is told
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            return [(answer, None, error) for _, answer in batch]
        return done

    def _do(self, job: Job) -> Done:
        work, answer = job
        try:
            return answer, work(self._connection), None
        except Exception as error:  # noqa: BLE001  (belongs to who asked, not to this thread)
            return answer, None, error

    def _stamp(self) -> None:
        """Note when the texts just made durable were accepted.

        The note rides in the next transaction, left open for it: every reader shares this
        connection and sees it at once, and it costs no second fsync. Should the process be
        killed before that, the time just before the fsync stands in (see `_open`).
        """
        self._connection.execute("BEGIN")
        self._connection.execute(STAMP, (now(),))


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # in WAL mode: one fsync a commit
    connection.executescript(SCHEMA)
    connection.execute("UPDATE texts SET accepted_at = created_at WHERE accepted_at IS NULL")
    return connection


def _answer(done: list[Done]) -> None:
    for answer, result, error in done:
        if answer.done():  # whoever asked has gone away
            continue
        if error is None:
            answer.set_result(result)
        else:
            answer.set_exception(error)
