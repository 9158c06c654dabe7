"""Figures of jobs, read from their counts: throughput by time, durations by actor, totals.

A window is read from the finest counts that keep it a few hundred to a few thousand rows.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.job_counts import BUCKETS_MS, DAY, HOUR, MINUTE


class Window(StrEnum):
    HOUR = "1h"
    DAY = "24h"
    WEEK = "7d"

    @property
    def seconds(self) -> int:
        return {"1h": 3_600, "24h": 86_400, "7d": 604_800}[self.value]

    @property
    def step(self) -> int:
        """Seconds between two points of its graph."""
        return {"1h": 60, "24h": 600, "7d": 3_600}[self.value]


class Point(NamedTuple):
    """What ended between `at` and the next point. `done` counts expected outcomes too."""

    at: datetime
    done: int
    failed: int


class ActorFigures(NamedTuple):
    """One actor in a window. Durations in milliseconds, None where nothing ran."""

    actor: str
    done: int
    expected: int
    failed: int
    ms: int
    buckets: list[int]

    @property
    def runs(self) -> int:
        return self.done + self.expected + self.failed

    @property
    def mean_ms(self) -> float | None:
        return self.ms / self.runs if self.runs else None

    @property
    def p50_ms(self) -> float | None:
        return percentile(self.buckets, 0.50)

    @property
    def p95_ms(self) -> float | None:
        return percentile(self.buckets, 0.95)


def throughput(session: Session, window: Window, actor: str | None = None) -> list[Point]:
    """Return a point for every step of the window, the oldest first."""
    given = {
        "span": HOUR if window is Window.WEEK else MINUTE,
        "step": window.step,
        "seconds": window.seconds,
        "actor": actor,
    }
    return [Point(*row) for row in session.execute(_THROUGHPUT, given)]


def by_actor(session: Session, window: Window) -> list[ActorFigures]:
    """Return the figures of every actor that ran within the window, by name."""
    span = MINUTE if window is Window.HOUR else HOUR
    given = {"span": span, "seconds": window.seconds}
    return [ActorFigures(*row) for row in session.execute(_BY_ACTOR, given)]


def totals(session: Session) -> list[ActorFigures]:
    """Return the figures of every actor since the beginning: they only grow."""
    given = {"span": DAY, "seconds": None}
    return [ActorFigures(*row) for row in session.execute(_BY_ACTOR, given)]


def percentile(buckets: Sequence[int], part: float) -> float | None:
    """Estimate a percentile within its bucket; what is slower than all of them, by the last."""
    wanted = part * sum(buckets)
    if not wanted:
        return None
    below, lower = 0, 0
    for upper, jobs in zip(BUCKETS_MS, buckets, strict=False):
        if below + jobs >= wanted:
            return lower + (upper - lower) * (wanted - below) / jobs
        below, lower = below + jobs, upper
    return float(BUCKETS_MS[-1])


_THROUGHPUT = text("""
    WITH bounds AS (
      SELECT make_interval(secs => :step) AS step,
             date_bin(make_interval(secs => :step), now(), '2000-01-01Z') AS last
    ), counted AS (
      SELECT date_bin(step, at, '2000-01-01Z') AS at, sum(done + expected) AS done,
             sum(failed) AS failed
      FROM job_counts CROSS JOIN bounds
      WHERE span = :span AND at > last - make_interval(secs => :seconds)
        AND (CAST(:actor AS text) IS NULL OR actor = :actor)
      GROUP BY 1
    )
    SELECT point, coalesce(done, 0)::bigint, coalesce(failed, 0)::bigint
    FROM bounds CROSS JOIN LATERAL generate_series(
      last - make_interval(secs => :seconds) + step, last, step) AS point
    LEFT JOIN counted ON counted.at = point
    ORDER BY point
""")

_BY_ACTOR = text("""
    WITH wanted AS (
      SELECT * FROM job_counts
      WHERE span = :span AND (CAST(:seconds AS int) IS NULL
        OR at > now() - make_interval(secs => CAST(:seconds AS int)))
    ), slots AS (
      SELECT actor, array_agg(jobs ORDER BY place) AS buckets FROM (
        SELECT actor, place, sum(jobs)::bigint AS jobs
        FROM wanted CROSS JOIN LATERAL unnest(buckets) WITH ORDINALITY AS slot(jobs, place)
        GROUP BY actor, place) AS summed
      GROUP BY actor
    )
    SELECT actor, sum(done)::bigint, sum(expected)::bigint, sum(failed)::bigint,
           sum(ms)::bigint, slots.buckets
    FROM wanted JOIN slots USING (actor)
    GROUP BY actor, slots.buckets
    ORDER BY actor
""")
