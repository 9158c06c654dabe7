"""Load on one port: wrk where it is installed, else bench/generator.py.

Both send the requests of one file, in order, so that every lead is another person.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.figures import percentile
from bench.generator import send
from bench.people import Person, lead, request

CONNECTIONS = 32
SCRIPT = Path(__file__).with_name("wrk.lua")
#: wrk reads requests ahead, and leaves those of its last moment without an answer.
LEFT_OVER = 100
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass
class Requests:
    """A file of whole requests of one length, and how many of them were sent."""

    path: Path
    length: int
    count: int
    sent: int = 0

    @classmethod
    def write(cls, path: Path, url: tuple[str, str], crowd: Iterator[Person]) -> "Requests":
        """Write a request for each person of the crowd. *url* is the host and the path."""
        count = length = 0
        with path.open("wb") as file:
            for person in crowd:
                length = file.write(request(*url, lead(person)))
                count += 1
        return cls(path, length, count)

    @property
    def are_used_up(self) -> bool:
        """Say whether some were sent a second time: the file is read in circles."""
        return self.sent > self.count

    def endlessly(self) -> Iterator[bytes]:
        """Give them from where the last load has ended."""
        with self.path.open("rb") as file:
            file.seek(self.sent % self.count * self.length)
            while True:
                if not (whole := file.read(self.length)):
                    file.seek(0)
                    continue
                yield whole


@dataclass(frozen=True)
class Load:
    """What a port bore."""

    per_second: float
    p50_ms: float
    p99_ms: float
    answered: int
    others: int  # answers that were not 2xx, and broken connections


def generator() -> str:
    """Name what generates the load."""
    if shutil.which("wrk") is None:
        return "bench/generator.py (wrk is not installed)"
    said = subprocess.run(("wrk", "-v"), capture_output=True, text=True, check=False)
    return " ".join(said.stdout.split()[:2])


def load(port: int, requests: Requests, seconds: float) -> Load:
    """Send for *seconds* on 32 connections, and note how far into the file that went."""
    borne = (
        _by_wrk(port, requests, seconds)
        if shutil.which("wrk")
        else _by_us(port, requests, seconds)
    )
    requests.sent += borne.answered + borne.others + LEFT_OVER
    return borne


def _by_wrk(port: int, requests: Requests, seconds: float) -> Load:
    arguments = (str(requests.path), str(requests.length), str(requests.sent % requests.count))
    options = ("-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "--latency", "-s", str(SCRIPT))
    told = subprocess.run(
        ("wrk", *options, f"http://127.0.0.1:{port}/", "--", *arguments),
        capture_output=True,
        text=True,
        check=True,
    )
    return read_wrk(told.stdout)


def read_wrk(told: str) -> Load:
    """Read what wrk printed."""
    found = re.search(r"(\d+) requests in ([\d.]+)(\w+),", told)
    if found is None:
        sys.exit(f"wrk said something else than expected:\n{told}")
    count, seconds = int(found[1]), float(found[2]) * _UNITS[found[3]] / 1000
    others = sum(int(each) for each in re.findall(r"Non-2xx or 3xx responses: (\d+)", told))
    for errors in re.findall(r"Socket errors: (.*)", told):
        others += sum(int(each) for each in re.findall(r"\d+", errors))
    return Load(count / seconds, _latency(told, 50), _latency(told, 99), count, others)


def _latency(told: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(\w+)\s*$", told, re.MULTILINE)
    if found is None:
        sys.exit(f"wrk told no percentiles:\n{told}")
    return float(found[1]) * _UNITS[found[2]]


def _by_us(port: int, requests: Requests, seconds: float) -> Load:
    tally = send(port, requests.endlessly(), CONNECTIONS, seconds)
    return Load(
        tally.per_second,
        percentile(tally.seconds, 50) * 1000,
        percentile(tally.seconds, 99) * 1000,
        len(tally.seconds),
        sum(n for status, n in tally.statuses.items() if not 200 <= status < 300),  # noqa: PLR2004
    )
