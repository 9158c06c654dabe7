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

from dev.child import Emit
from dev.errors import CannotRun
from dev.home import held, write_private
from dev.postgres import Postgres, binary
from dev.server_user import choose
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
        yield servers.urls


@contextmanager
def started(home: Path, *, durable: bool = True) -> Iterator["Servers"]:
    """Run them, as `running` does, and hand them out."""
    home = home.resolve()
    with held(home), socket_folder(home) as sockets:
        last_words: deque[str] = deque(maxlen=20)
        servers = Servers.below(home, sockets, lambda _, line: last_words.append(line))
        servers.postgres.durable = servers.valkey.durable = durable
        try:
            servers.start(last_words)
            yield servers
        finally:
            servers.stop(time.monotonic() + STOP_SECONDS)


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
    """The servers of one OPTIN_HOME: both of them, and which are in use."""

    home: Path
    postgres: Postgres
    valkey: Valkey
    urls: Urls
    used: list[Server] = field(default_factory=list)

    @classmethod
    def below(cls, home: Path, sockets: Path, emit: Emit) -> "Servers":
        """Name the servers of that home. As root, somebody else owns and runs them."""
        user = choose(home / "postgres", binary("postgres"))
        user.give(sockets)
        postgres = Postgres(home, sockets, user, emit)
        valkey = Valkey(home, sockets, user, emit)
        return cls(home, postgres, valkey, Urls(postgres.url, valkey.url))

    def start(self, last_words: Sequence[str]) -> None:
        """Start both side by side and wait until they answer."""
        self.used = [self.valkey, self.postgres]
        for server in self.used:
            server.prepare()
            server.child.start()
        for server in self.used:
            _await(server, last_words)
        self.record()

    def restart(self, server: Server) -> None:
        """Start one again that has died, and wait until it answers."""
        server.child.kill()
        server.child.start()
        _await(server)
        self.record()

    def stop(self, deadline: float) -> None:
        """Stop those in use cleanly, by force at the deadline."""
        for server in self.used:
            server.child.ask_to_stop()
        for server in self.used:
            server.child.stop(deadline)
        with suppress(FileNotFoundError):
            (self.home / RECORD).unlink()

    def record(self) -> None:
        """Write down, for scripts, where the servers are."""
        pids = {server.child.name: server.child.pid for server in self.used}
        write_private(self.home / RECORD, {**self.urls._asdict(), "pids": pids})


def _await(server: Server, last_words: Sequence[str] = ()) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.is_ready():
        if not server.child.is_alive() or time.monotonic() > deadline:
            words = "\n".join(last_words)
            raise CannotRun(f"{server.child.name} does not start.\n{words}".rstrip())
        time.sleep(0.02)
