"""The embedded servers together: for tests, and for the supervisor.

`running` is all that a test needs. `started` hands out the servers themselves, for whoever
wants to kill one and see what happens.
"""

import shutil
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from dev.child import Child, Emit
from dev.home import held, write_private
from dev.postgres import Postgres, ServerFailed, binary
from dev.server_user import ServerUser, choose
from dev.valkey import Valkey

RECORD = "servers.json"
START_SECONDS = 30.0
STOP_SECONDS = 5.0
Server = Postgres | Valkey


class Urls(NamedTuple):
    """Where the servers are found."""

    database_url: str
    redis_url: str


@contextmanager
def running(home: Path, *, durable: bool = True) -> Iterator[Urls]:
    """Run PostgreSQL and Valkey on the data below `home` while the block lasts.

    `durable=False` saves the disk some work: for tests that kill nobody.
    """
    with started(home, durable=durable) as servers:
        yield Urls(servers.postgres.url, servers.valkey.url)


@contextmanager
def started(home: Path, *, durable: bool = True) -> Iterator["Servers"]:
    """Run them, as `running` does, and hand them out."""
    home = home.resolve()
    with held(home), socket_folder(home) as sockets:
        last_words: deque[str] = deque(maxlen=20)
        servers = Servers.below(home, sockets, lambda _, line: last_words.append(line))
        servers.postgres.durable = servers.valkey.durable = durable
        try:
            servers.start([servers.postgres, servers.valkey], last_words)
            yield servers
        finally:
            servers.stop()


@contextmanager
def socket_folder(home: Path) -> Iterator[Path]:
    """Make a folder with a short name for the sockets: their path may have 107 bytes.

    `home/sockets` leads there, so that a start after a kill finds the old one and removes it.
    """
    link = home / "sockets"
    _remove_linked(link)
    folder = Path(tempfile.mkdtemp(prefix="optin-", dir="/tmp"))
    link.symlink_to(folder)
    try:
        yield folder
    finally:
        _remove_linked(link)


def _remove_linked(link: Path) -> None:
    if link.is_symlink():
        folder = link.readlink()
        if folder.name.startswith("optin-"):
            shutil.rmtree(folder, ignore_errors=True)
        link.unlink()


@dataclass
class Servers:
    """Both servers of one OPTIN_HOME, whether started or not."""

    home: Path
    postgres: Postgres
    valkey: Valkey
    used: list[Server] = field(default_factory=list)

    @classmethod
    def below(cls, home: Path, sockets: Path, emit: Emit) -> "Servers":
        """Name the servers of that home. As root, somebody else owns and runs them."""
        user: ServerUser = choose(home / "postgres", binary("postgres"))
        user.give(sockets)
        return cls(home, Postgres(home, sockets, user, emit), Valkey(home, sockets, user, emit))

    def start(self, wanted: Sequence[Server], last_words: Sequence[str] = ()) -> None:
        """Start them side by side and wait until all of them answer."""
        self.used = [*wanted]
        for server in sorted(wanted, key=lambda server: server.data.exists(), reverse=True):
            server.prepare()
            server.child.start()
        deadline = time.monotonic() + START_SECONDS
        for server in wanted:
            _await(server, deadline, last_words)
        self.record()

    def restart(self, server: Server) -> None:
        """Start one again that has died, and wait until it answers."""
        server.child.kill()
        server.child.start()
        _await(server, time.monotonic() + START_SECONDS)
        self.record()

    def stop(self) -> None:
        """Stop them cleanly, by force after some seconds."""
        for server in self.used:
            server.child.ask_to_stop()
        for server in self.used:
            server.child.stop(time.monotonic() + STOP_SECONDS)
        with suppress(FileNotFoundError):
            (self.home / RECORD).unlink()

    def record(self) -> None:
        """Write down, for scripts, where the servers are."""
        write_private(
            self.home / RECORD,
            {
                "database_url": self.postgres.url if self.postgres in self.used else None,
                "redis_url": self.valkey.url if self.valkey in self.used else None,
                "pids": {server.child.name: server.child.pid for server in self.used},
            },
        )


def _await(server: Server, deadline: float, last_words: Sequence[str] = ()) -> None:
    while not server.is_ready():
        if not server.child.is_alive() or time.monotonic() > deadline:
            words = "\n".join(last_words)
            raise ServerFailed(f"{server.child.name} does not start.\n{words}".rstrip())
        time.sleep(0.02)


__all__ = ["Child", "Server", "Servers", "Urls", "running", "started"]
