"""A proxy put between a running copy and its PostgreSQL or Redis, and taken out again.

Both are reached by a socket in a folder. The server's socket gets another name, and the proxy
listens under the old one, which is what clients know. Connections that there are already are
ended by the server itself, so that everybody comes back through the proxy.
"""

import socket
from contextlib import suppress
from pathlib import Path

import psycopg
import redis

from faults.nemesis.fault import NotHere
from faults.proxy import Proxy
from faults.service import Service

SOCKETS = {"redis": "valkey.sock", "postgres": ".s.PGSQL.5432"}
PATIENCE_SECONDS = 5


class Between:
    """One proxy in front of one server."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.proxy: Proxy | None = None
        self._path = self._moved = Path()
        self._inode = 0

    def put(self, service: Service) -> Proxy:
        """Put it in; every client of the server connects anew, through it."""
        self._path = (service.home / "sockets").resolve() / SOCKETS[self.server]
        self._moved = self._path.with_name(f"moved-{self.server}")
        if not self._path.is_socket():
            raise NotHere(f"{self.server} has no socket in {self._path.parent.name}")
        listener = socket.socket(socket.AF_UNIX)
        beside = self._path.with_name(f"proxy-{self.server}")
        listener.bind(str(beside))
        listener.listen(512)
        self._inode = beside.stat().st_ino
        self.proxy = Proxy(listener, self._connect)
        self.proxy.start()
        self._moved.unlink(missing_ok=True)
        self._moved.hardlink_to(self._path)
        beside.replace(self._path)  # in one step: nobody ever finds nothing there
        _end_connections(service, self.server)
        return self.proxy

    def take_out(self) -> None:
        """Take it out. Where the server has been started again meanwhile, its socket stays."""
        if self.proxy is None:
            return
        proxy, self.proxy = self.proxy, None
        with suppress(FileNotFoundError):
            if self._path.stat().st_ino == self._inode:
                self._moved.replace(self._path)
            else:
                self._moved.unlink()
        proxy.close()

    def _connect(self) -> socket.socket:
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(str(self._moved))
        except OSError:
            server.close()
            raise
        return server


def _end_connections(service: Service, server: str) -> None:
    """Have the server end the connections of everybody."""
    if server == "redis":
        with redis.Redis.from_url(service.redis_url, socket_timeout=PATIENCE_SECONDS) as client:
            for kind in ("normal", "pubsub"):
                client.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
        return
    with psycopg.connect(service.database_url, connect_timeout=PATIENCE_SECONDS) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
