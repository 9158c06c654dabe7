"""Redis as Path F needs it: quick to give up, and known by its run.

A run ends when Redis is restarted. Whether it keeps every write is asked once a run.
"""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import redis

from workers.connection import connect
from workers.health import is_durable

SECONDS = 0.3
#: After a call that hung nobody waits for Redis until it answers a probe; so often it is asked.
PROBE_PAUSE_SECONDS = 0.05


class GateUnreachable(Exception):
    """Redis did not answer, or not in time: nothing can be said, nothing was promised."""


_local = threading.local()


def durable_run() -> str | None:
    """Return the run of Redis if it keeps every write (asked once a run), else None.

    Raises GateUnreachable.
    """
    run = run_id()
    known: dict[str, bool] = _local.__dict__.setdefault("durable", {})
    if run not in known:
        with reachable():
            known.clear()
            known[run] = is_durable(client())
    return run if known[run] else None


def run_id() -> str:
    with reachable():
        server: Any = client().info("server")
    return str(server["run_id"])


def run_script(script: str, keys: list[str], arguments: Sequence[str | int]) -> str | int:
    with reachable():
        answer: Any = client().register_script(script)(keys=keys, args=list(arguments))
    return answer if isinstance(answer, int) else text_of(answer)


@contextmanager
def reachable() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise GateUnreachable(type(error).__name__) from error


@contextmanager
def unless_it_hung() -> Iterator[None]:
    """Let a request ask Redis, unless a call hung and no probe was answered since.

    A thread is held for each that asks. Raises GateUnreachable.
    """
    if _hang.is_on:
        raise GateUnreachable("Redis hung a moment ago")
    begun = time.monotonic()
    try:
        yield
    except GateUnreachable:
        if time.monotonic() - begun >= SECONDS:
            _hang.begin()
        raise


class _Hang:
    """From a call that took all its time until Redis answers again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.is_on = False

    def begin(self) -> None:
        with self._lock:
            if self.is_on:
                return
            self.is_on = True
        threading.Thread(target=self._probe, name="redis-probe", daemon=True).start()

    def _probe(self) -> None:
        while not _answers():
            time.sleep(PROBE_PAUSE_SECONDS)
        self.is_on = False


def _answers() -> bool:
    """Say whether Redis answers or refuses: either way nobody has to wait for it."""
    try:
        with closing(connect(seconds=SECONDS)) as probe:
            probe.ping()
    except redis.TimeoutError:
        return False
    except redis.RedisError:
        return True
    return True


_hang = _Hang()


def client() -> "redis.Redis":
    """Return this thread's client: one connection each, none shared over a fork."""
    if getattr(_local, "pid", None) != os.getpid():
        _local.pid, _local.client = os.getpid(), connect(seconds=SECONDS)
    mine: redis.Redis = _local.client
    return mine


def text_of(raw: object) -> str:
    return raw.decode() if isinstance(raw, bytes) else str(raw)
