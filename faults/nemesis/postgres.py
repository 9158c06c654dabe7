"""PostgreSQL that loses a backend in mid-commit, or has no connection left: F6, F11.

Both are done by a client of its own, with the rights of the service's role.
"""

import signal
import time
from contextlib import suppress

import psycopg

from faults.nemesis.fault import POLL_SECONDS, Factory, NotHere
from faults.nemesis.signals import send
from faults.service import Service

PATIENCE_SECONDS = 5
#: A backend that waits for its commit to be on disk.
IN_COMMIT = """
    SELECT pid FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state = 'active'
      AND wait_event IN ('WalSync', 'WALSync', 'WalWrite', 'WALWrite')
"""
END_EVERYBODY = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> ALL (%s)
"""
LOOK_SECONDS = 10.0


class BackendKilledInCommit:
    """One backend is killed while it commits; PostgreSQL then ends all others and recovers."""

    name, seconds = "backend-killed-in-commit", 3.0

    def begin(self, service: Service) -> None:
        with psycopg.connect(service.database_url, autocommit=True) as connection:
            deadline = time.monotonic() + LOOK_SECONDS
            while (found := connection.execute(IN_COMMIT).fetchone()) is None:
                if time.monotonic() > deadline:
                    raise NotHere(f"nobody was seen in a commit within {LOOK_SECONDS:g} s")
            send([int(found[0])], signal.SIGKILL)
            with suppress(psycopg.OperationalError):  # as for everybody, when it was in time
                connection.execute("SELECT 1")

    def end(self, service: Service) -> None:
        """Need no undoing: PostgreSQL recovers by itself."""


class NoConnectionLeft:
    """Every connection that PostgreSQL allows is taken by somebody else."""

    name, seconds = "no-connection-left", 6.0

    def __init__(self) -> None:
        self._held: list[psycopg.Connection[tuple[object, ...]]] = []

    def begin(self, service: Service) -> None:
        """Take what is free, end the others' connections, and take theirs as well."""
        self._take(service)
        own = [connection.info.backend_pid for connection in self._held]
        if not own:
            raise NotHere("not one connection was free")
        self._held[0].execute(END_EVERYBODY, [own])
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline:
            self._take(service)
            time.sleep(POLL_SECONDS)

    def end(self, _service: Service) -> None:
        """Give them all back."""
        while self._held:
            self._held.pop().close()

    def _take(self, service: Service) -> None:
        with suppress(psycopg.OperationalError):  # too many clients already: the aim
            while True:
                connection = psycopg.connect(
                    service.database_url, autocommit=True, connect_timeout=PATIENCE_SECONDS
                )
                self._held.append(connection)


TABLE: dict[str, Factory] = {
    "backend-killed-in-commit": lambda _draw: BackendKilledInCommit(),  # F6
    "no-connection-left": lambda _draw: NoConnectionLeft(),  # F11
}
