"""Measures 7 and 8: `python -m bench.bulk 200000` acts on a crowd, and imports a list.

A fresh copy of the service, a crowd in its opt-in queue (bench/crowd.py), then each action on
everybody, as an operator asks for it, with undo in between. Meanwhile somebody reads the
first page of the queue, again and again. Rates are those of the jobs' own times.
"""

import argparse
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg

from bench.crowd import fill
from bench.figures import Figure, percentile
from bench.people import people
from bench.report import table
from bench.service import CannotMeasure, Service, running

PAUSE_SECONDS = 0.05
OVER_SECONDS = 900.0
NUMBERS = 200_000


def measure(service: Service, many: int, numbers: int = NUMBERS) -> list[Figure]:
    """Act on so many people, then import so many numbers."""
    with psycopg.connect(service.database_url) as connection:
        fill(connection, many)
    label = service.api("POST", "/labels", {"name": "Hot"})
    figures = []
    with reading(service) as seconds:
        for kind, given in (
            ("add_label", {"label": label["id"]}),
            ("move_to_group", {"new_group": "Everybody"}),
            ("delete", {}),
        ):
            chosen = {"filter": {"folder": "opt-in-queue"}, "expected": many}
            asked = service.api("POST", "/actions", {"kind": kind, "contacts": chosen} | given)
            job = over(service, asked["job"])
            figures.append(Figure(7, f"bulk {kind}", rate(job), "contacts/s", at_least=20_000))
            undo = service.api("POST", f"/jobs/{job['id']}/undo")
            back = over(service, undo["job"])
            figures.append(Figure(7, f"undo of {kind}", rate(back), "contacts/s"))
        slow = percentile(seconds, 95) * 1_000
    figures.append(Figure(7, "queue page meanwhile, p95", slow, "ms", at_most=100))
    return figures + imported(service, numbers)


def imported(service: Service, numbers: int) -> list[Figure]:
    """Upload numbers that nobody has; count the upload and the job."""
    crowd = people(8)
    body = "\n".join(next(crowd).phone for _ in range(numbers)).encode()
    with claiming(service) as waits:
        began = time.monotonic()
        job = over(service, service.upload("/suppressions/import?kind=dnc", body)["job"])
        took = time.monotonic() - began
    if job["done"] + job["skipped"] != numbers:
        raise CannotMeasure(f"the import ended with {job}")
    return [
        Figure(8, "import, with its upload", numbers / took, "numbers/s", at_least=50_000),
        Figure(8, "longest wait of a claim", max(waits), "s", at_most=1),
    ]


def over(service: Service, job: dict[str, Any]) -> dict[str, Any]:
    deadline = time.monotonic() + OVER_SECONDS
    while (found := service.api("GET", f"/jobs/{job['id']}"))["status"] in {
        "queued",
        "running",
    }:
        if time.monotonic() > deadline:
            raise CannotMeasure(f"the job did not end: {found}")
        time.sleep(PAUSE_SECONDS)
    return dict(found)


def rate(job: dict[str, Any]) -> float:
    begun, ended = (datetime.fromisoformat(job[name]) for name in ("started_at", "ended_at"))
    return float(job["done"] / max(0.001, (ended - begun).total_seconds()))


@contextmanager
def reading(service: Service) -> Iterator[list[float]]:
    """Read the first page of the queue while the block lasts; note the seconds of each."""
    path = "/contacts?folder=opt-in-queue"
    with repeating(lambda: service.api("GET", path)) as seconds:
        yield seconds


@contextmanager
def claiming(service: Service) -> Iterator[list[float]]:
    """Take the lock of a claim again and again; note how long each waited."""
    with psycopg.connect(service.database_url, autocommit=True) as connection:
        found = connection.execute("SELECT account_id FROM integrations").fetchone()
        take = "SELECT pg_advisory_xact_lock_shared(suppression_lock(%s))"
        with repeating(lambda: connection.execute(take, found)) as seconds:
            yield seconds


@contextmanager
def repeating(ask: Any) -> Iterator[list[float]]:
    seconds: list[float] = []
    stop = threading.Event()

    def repeat() -> None:
        while not stop.wait(PAUSE_SECONDS):
            began = time.monotonic()
            ask()
            seconds.append(time.monotonic() - began)

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield seconds
    finally:
        stop.set()
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.bulk", description=__doc__)
    parser.add_argument("many", type=int, nargs="?", default=200_000)
    many = parser.parse_args().many
    with running() as service:
        print(table(measure(service, many)))


if __name__ == "__main__":
    main()
