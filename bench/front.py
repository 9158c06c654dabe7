"""python -m bench.front: the ways to stand before Flask, side by side.

Throughput and CPU time per request with 32 connections, in alternating rounds, as ratios to
stock Flask on Granian's WSGI. Then, for each way, what other callers see while 500 connections
trickle their bodies. docs/decisions/0002-safe-front.md keeps the figures. Needs wrk.
"""

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import NamedTuple

import psutil

ROUNDS = 3
ROUND_SECONDS = 2
SLOW_CONNECTIONS = 500
SLOW_SECONDS = 4
WAIT_SECONDS = 3  # a caller that has waited longer counts as one without an answer

LEAD = (
    '{"first_name":"Ada","last_name":"Lovelace","phone":"+12025550142",'
    '"email":"ada@example.com","form":"spring offer","page":"/offer"}'
)
SCRIPT = f"""wrk.method = "POST"
wrk.body = [[{LEAD}]]
wrk.headers["Content-Type"] = "application/json"
"""
HEAD = "POST /hooks/t HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
WHOLE = f"{HEAD}Content-Length: {len(LEAD)}\r\nConnection: close\r\n\r\n{LEAD}".encode()
SLOW = f"{HEAD}Content-Length: 1000\r\n\r\n{{".encode()

WSGI = ("--interface", "wsgi", "--backpressure", "512", "--blocking-threads")
WAYS = {
    "stock Flask, WSGI, 8 threads": (*WSGI, "8", "bench.front_apps:stock"),
    "our Flask, WSGI, 8 threads": (*WSGI, "8", "bench.front_apps:lean"),
    "our Flask, WSGI, 512 threads": (*WSGI, "512", "bench.front_apps:lean"),
    "our Flask, ASGI front": ("--interface", "asginl", "bench.front_apps:asgi"),
    "our Flask, RSGI front": ("--interface", "rsgi", "bench.front_apps:front"),
}
SETTINGS = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
    "SECRET_KEY": "of no worth: nothing is signed here",
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000",
    "TWILIO_AUTH_TOKEN": "of no worth: nothing is sent here",
}


class Server(NamedTuple):
    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        times = [child.cpu_times() for child in self.process.children(recursive=True)]
        return sum(each.user + each.system for each in times)


class Round(NamedTuple):
    per_second: float
    cpu_microseconds: float


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    with ExitStack() as stack:
        script = stack.enter_context(tempfile.NamedTemporaryFile("w", suffix=".lua"))
        script.write(SCRIPT)
        script.flush()
        servers = {name: stack.enter_context(_serving(way)) for name, way in WAYS.items()}
        rounds: dict[str, list[Round]] = {name: [] for name in WAYS}
        for _ in range(ROUNDS):
            for name, server in servers.items():
                rounds[name].append(_load(server, script.name))
        _print_rounds(rounds)
        for name, server in servers.items():
            print(f"{name:30} {_beside_slow_bodies(server)}", flush=True)


@contextmanager
def _serving(way: tuple[str, ...]) -> Iterator[Server]:
    port = _free_port()
    options = ("--workers", "2", "--http", "1", "--no-ws", "--no-log")
    command = ("granian", "--port", str(port), *options, "--workers-kill-timeout", "2", *way)
    process = subprocess.Popen(command, env=os.environ | SETTINGS)
    try:
        _wait_until_open(port)
        yield Server(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def _load(server: Server, script: str) -> Round:
    url = f"http://127.0.0.1:{server.port}/hooks/t"
    before = server.cpu_seconds()
    told = subprocess.run(
        ("wrk", "-t1", "-c32", f"-d{ROUND_SECONDS}", "-s", script, url),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    spent = server.cpu_seconds() - before
    if "Non-2xx" in told:
        sys.exit(f"not every request was accepted:\n{told}")
    requests = int(_figure(r"(\d+) requests in", told))
    return Round(_figure(r"Requests/sec:\s+([\d.]+)", told), spent / requests * 1e6)


def _figure(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    if found is None:
        sys.exit(f"wrk said something else than expected:\n{text}")
    return float(found[1])


def _print_rounds(rounds: dict[str, list[Round]]) -> None:
    first = next(iter(rounds.values()))
    for name, results in rounds.items():
        pairs = zip(results, first, strict=True)
        ratio = statistics.median(mine.per_second / base.per_second for mine, base in pairs)
        speed = statistics.median(each.per_second for each in results)
        cpu = statistics.median(each.cpu_microseconds for each in results)
        print(f"{name:30} {speed:7,.0f}/s   x {ratio:.2f}   {cpu:4.0f} us CPU a request")


def _beside_slow_bodies(server: Server) -> str:
    """Open the slow connections, then count how others fare meanwhile."""
    with ExitStack() as stack:
        for _ in range(SLOW_CONNECTIONS):
            slow = socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_SECONDS)
            stack.enter_context(slow).sendall(SLOW)
        end = time.monotonic() + SLOW_SECONDS
        with ThreadPoolExecutor(4) as callers:
            waits = list(callers.map(lambda _: _others(server.port, end), range(4)))
    times = sorted(wait for each in waits for wait in each)
    missed = sum(wait == float("inf") for wait in times)
    answered = [wait for wait in times if wait < float("inf")]
    worst = f"p99 {answered[len(answered) * 99 // 100] * 1000:.0f} ms" if answered else ""
    return f"{len(answered)} others answered, {missed} not. {worst}"


def _others(port: int, end: float) -> list[float]:
    waits = []
    while time.monotonic() < end:
        waits.append(_ask(port))
        time.sleep(0.02)
    return waits


def _ask(port: int) -> float:
    """Return the seconds until the answer, infinity when none came."""
    started = time.monotonic()
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), WAIT_SECONDS) as sock:
        sock.sendall(WHOLE)
        if sock.recv(100).startswith(b"HTTP/1.1 202"):
            return time.monotonic() - started
    return float("inf")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_until_open(port: int) -> None:
    deadline = time.monotonic() + 30
    while _ask(port) == float("inf"):
        if time.monotonic() > deadline:
            sys.exit("a server did not answer within 30 s")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
