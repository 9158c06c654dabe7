"""Measure 6: pages of an opt-in queue of 1,000,000, at its beginning and far down.

    python -m bench.lists [people]

Starts a copy of the service with its web process alone, fills the queue by SQL and asks the API
over HTTP, one request after the other. What is told is the time of a whole request, so the web
process and the database together.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.figures import Figure, percentile
from bench.lists_crowd import fill
from bench.report import table
from bench.service import running

MEASURE, GOAL_MS = 6, 50.0
ROUNDS, WARM_UP = 40, 4
PAGE, DEEP_PAGE, LARGEST_PAGE = 50, 5_000, 200

#: What else somebody looks at beside the list: its count, and leads by name.
OTHERS = {
    "folders with their counts": "/folders",
    "leads, common name": "/leads?q=ada",
    "leads, common name, status nobody has": "/leads?status=held&q=ada",
}

Ask = Callable[[str], Any]


@dataclass(frozen=True)
class List:
    """A list as the table names it, and what its address asks."""

    name: str
    asked: str


def lists(labels: dict[str, str]) -> list[List]:
    """Name what is measured, each at its first page."""
    found = [
        List("newest first", ""),
        List("oldest first", "&sort=oldest"),
        List("favorites first", "&sort=favorites"),
        List("search, beginning of many names", "&q=jan"),
        List("search, beginning of few names", "&q=janjanja"),
        List("search, first and last name", "&q=ada+mar"),
        List("search, nobody", "&q=xq"),
        List("search, last four digits", "&q=4321"),
        List("landlines", "&landline=true"),
        List("landlines, favorites first", "&landline=true&sort=favorites"),
    ]
    return found + [List(f"label, {name.lower()}", f"&label={labels[name]}") for name in labels]


def measure(ask: Ask, labels: dict[str, str], many: int) -> list[Figure]:
    """Ask for each list again and again; the 95th of 100 is what counts."""
    figures = [
        Figure(MEASURE, f"{each.name}, p95", _p95(ask, each.asked), "ms", at_most=GOAL_MS)
        for each in lists(labels)
    ]
    figures += [
        Figure(MEASURE, f"{name}, p95", _p95_of(ask, path), "ms", at_most=GOAL_MS)
        for name, path in OTHERS.items()
    ]
    depth = min(DEEP_PAGE, many // PAGE - 1)
    for each in ("", "&sort=favorites"):
        cursor = _cursor(ask, each, depth)
        name = f"page {depth:,}{', favorites first' if each else ''}, p95"
        asked = f"{each}&cursor={cursor}"
        figures.append(Figure(MEASURE, name, _p95(ask, asked), "ms", at_most=GOAL_MS))
    return figures


def _p95(ask: Ask, asked: str) -> float:
    return _p95_of(ask, f"/contacts?folder=opt-in-queue&limit={PAGE}{asked}")


def _p95_of(ask: Ask, path: str) -> float:
    taken = []
    for _ in range(WARM_UP + ROUNDS):
        began = time.perf_counter()
        ask(path)
        taken.append((time.perf_counter() - began) * 1000)
    return percentile(taken[WARM_UP:], 95)


def _cursor(ask: Ask, asked: str, pages: int) -> str:
    """Go down a list, in large steps, to the cursor of a page."""
    cursor = ""
    for _ in range(pages * PAGE // LARGEST_PAGE):
        path = f"/contacts?folder=opt-in-queue&limit={LARGEST_PAGE}{asked}"
        found = ask(path + (f"&cursor={cursor}" if cursor else ""))
        cursor = str(found["next_cursor"])
    return cursor


def main() -> int:
    """Run and print the table. 0 if all could be measured, whatever the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.lists", description=__doc__)
    parser.add_argument("people", nargs="?", type=int, default=1_000_000)
    many = parser.parse_args().people
    with running(web_alone=True) as service:
        print(f"... {many:,} people join the opt-in queue", file=sys.stderr, flush=True)
        labels = fill(service.database_url, many)
        print(table(measure(lambda path: service.api("GET", path), labels, many)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
