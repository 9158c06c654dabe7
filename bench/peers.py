"""Starts the peers of bench/peer_apps.py: on Granian as performance is best, or as workers."""

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
from bench.people import lead, people, request
from bench.service import ROOT, CannotMeasure, free_port

#: What stock Dramatiq and the gate before it are called in Redis.
NAMESPACE, GATE, HOPS = "stock", "bench:gate", "bench:hops"
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


@contextmanager
def serving(name: str, redis_url: str, threads: int) -> Iterator[Peer]:
    """Serve one of the two applications with two Granian workers while the block lasts."""
    port = free_port()
    options = ("--interface", "wsgi", "--workers", "2", "--http", "1", "--no-ws", "--no-log")
    threading = ("--blocking-threads", str(threads), "--backpressure", "512")
    where = ("--port", str(port), "--workers-kill-timeout", "2", f"bench.peer_apps:{name}")
    with _process(("granian", *options, *threading, *where), redis_url) as process:
        _await_answer(port)
        yield Peer(port, process)


@contextmanager
def working(redis_url: str, processes: int) -> Iterator[None]:
    """Run stock Dramatiq workers, 8 threads each, on the peers' queue while the block lasts."""
    command = ("dramatiq", "bench.peer_apps", "--processes", str(processes), "--threads", "8")
    with redis.Redis.from_url(redis_url) as client, _process(command, redis_url):
        client.delete(f"{NAMESPACE}:default", f"{NAMESPACE}:default.msgs")  # of measure 1
        deadline = time.monotonic() + START_SECONDS
        while client.zcard(HEARTBEATS) < processes:
            if time.monotonic() > deadline:
                raise CannotMeasure("the stock workers did not start")
            time.sleep(0.05)
        yield


def open_gate(redis_url: str, token: str) -> None:
    """Let the stock application know a URL."""
    with redis.Redis.from_url(redis_url) as client:
        client.hset(GATE, token, "open")


@contextmanager
def _process(command: tuple[str, ...], redis_url: str) -> Iterator[psutil.Process]:
    program = str(Path(sys.executable).with_name(command[0]))
    process = subprocess.Popen(
        (program, *command[1:]),
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
