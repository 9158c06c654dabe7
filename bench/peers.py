"""Starts the peers: each on the server that serves it best, or as stock Dramatiq's workers.

What is not among our own packages runs in an environment apart (dev/apart.py).
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import redis

from bench.generator import NoAnswer, send
from bench.names import GATE, NAMESPACE
from bench.people import lead, people, request
from bench.service import ROOT, CannotMeasure, free_port
from dev.apart import environment

START_SECONDS, STOP_SECONDS = 20.0, 10.0
#: Dramatiq's own key: who has talked to the queues of a namespace.
HEARTBEATS = f"{NAMESPACE}:__heartbeats__"


@dataclass(frozen=True)
class Peer:
    """One running peer."""

    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        times = [each.cpu_times() for each in self.process.children(recursive=True)]
        return sum(each.user + each.system for each in times)


@dataclass(frozen=True)
class Recipe:
    """How a peer is served: its module, and where its packages are if not among ours."""

    module: str
    apart: str | None = None
    asynchronous: bool = False  # then the number of threads means nothing

    def command(self, name: str, port: int, threads: int) -> tuple[str, ...]:
        """Write the command that serves it on two processes."""
        folder = _programs(self.apart) if self.apart else Path(sys.executable).parent
        app = f"{self.module}:{name}"
        if self.asynchronous:
            quiet = ("--no-access-log", "--log-level", "critical")
            return (f"{folder / 'uvicorn'}", "--workers", "2", "--port", f"{port}", *quiet, app)
        options = (
            "--interface",
            "wsgi",
            "--workers",
            "2",
            "--http",
            "1",
            "--no-ws",
            "--no-log",
        )
        options += ("--blocking-threads", f"{threads}", "--backpressure", "512")
        options += ("--port", f"{port}", "--workers-kill-timeout", "2")
        return (f"{folder / 'granian'}", *options, app)


def _programs(apart: str) -> Path:
    try:
        return environment(apart)
    except subprocess.CalledProcessError as error:
        raise CannotMeasure(f"requirements-{apart}.txt could not be installed") from error


PEERS = {
    "empty": Recipe("bench.peer_apps"),
    "stock": Recipe("bench.peer_apps"),
    "rq": Recipe("bench.queue_apps", "peers"),
    "celery": Recipe("bench.queue_apps", "peers"),
    "arq": Recipe("bench.arq_app", "arq", asynchronous=True),
}


@contextmanager
def serving(name: str, redis_url: str, threads: int) -> Iterator[Peer]:
    """Serve one of the peers with two processes while the block lasts."""
    port = free_port()
    with _process(PEERS[name].command(name, port, threads), redis_url) as process:
        _await_answer(port)
        yield Peer(port, process)


@contextmanager
def working(redis_url: str, processes: int) -> Iterator[None]:
    """Run stock Dramatiq workers, 8 threads each, on the peers' queue while the block lasts."""
    program = str(Path(sys.executable).with_name("dramatiq"))
    command = (program, "bench.peer_apps", "--processes", str(processes), "--threads", "8")
    with redis.Redis.from_url(redis_url) as client, _process(command, redis_url):
        client.delete(f"{NAMESPACE}:default", f"{NAMESPACE}:default.msgs")  # of measure 1
        deadline = time.monotonic() + START_SECONDS
        while client.zcard(HEARTBEATS) < processes:
            if time.monotonic() > deadline:
                raise CannotMeasure("the stock workers did not start")
            time.sleep(0.05)
        yield


def open_gate(redis_url: str, token: str) -> None:
    """Let the peers know a URL."""
    with redis.Redis.from_url(redis_url) as client:
        client.hset(GATE, token, "open")


@contextmanager
def _process(command: tuple[str, ...], redis_url: str) -> Iterator[psutil.Process]:
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"BENCH_REDIS_URL": redis_url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    seen = psutil.Process(process.pid)
    try:
        yield seen
    finally:
        family = [seen, *seen.children(recursive=True)]
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        for each in family:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        process.wait()


def _await_answer(port: int) -> None:
    body = lead(next(people(0)))
    deadline = time.monotonic() + START_SECONDS
    while True:
        with suppress(OSError, NoAnswer):
            send(port, iter([request("127.0.0.1", "/hooks/probe", body)]), 1)
            return
        if time.monotonic() > deadline:
            raise CannotMeasure("a peer did not answer")
        time.sleep(0.1)
