"""The second half of `make bench`, `python -m bench people`: measures 6 to 9, with many people.

Bulk actions and an import on a full opt-in queue, lists of one, and the pages of the workers
with a long history: each on a fresh copy of the service, filled by SQL.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from bench import bulk, dashboard, lists, lists_crowd
from bench.figures import Figure
from bench.service import running


@dataclass(frozen=True)
class Crowds:
    """How many there are of each."""

    acted_on: int  # people in the opt-in queue, and numbers of a list
    listed: int  # people in the opt-in queue
    failed: int  # jobs


WHOLE = Crowds(acted_on=200_000, listed=1_000_000, failed=100_000)
QUICK = Crowds(acted_on=20_000, listed=50_000, failed=5_000)


def measure(crowds: Crowds) -> list[Figure]:
    """Measure one after the other; what cannot be measured ends the run."""
    parts: tuple[Callable[[Crowds], list[Figure]], ...] = (_lists, _bulk, _dashboard)
    return [figure for part in parts for figure in part(crowds)]


def _lists(crowds: Crowds) -> list[Figure]:
    _say(f"measure 6: lists of {crowds.listed:,} people")
    with running(web_alone=True) as service:
        labels = lists_crowd.fill(service.database_url, crowds.listed)
        return lists.measure(lambda path: service.api("GET", path), labels, crowds.listed)


def _bulk(crowds: Crowds) -> list[Figure]:
    _say(f"measures 7 and 8: acting on {crowds.acted_on:,} people, importing as many numbers")
    with running() as service:
        return bulk.measure(service, crowds.acted_on, crowds.acted_on)


def _dashboard(crowds: Crowds) -> list[Figure]:
    _say(f"measure 9: pages of the workers, {crowds.failed:,} failed jobs")
    with running(web_alone=True) as service:
        newest = dashboard.fill(service.database_url, crowds.failed)
        return dashboard.measure(dashboard.signed_in(service), newest)


def _say(what: str) -> None:
    print(f"... {what}", file=sys.stderr, flush=True)
