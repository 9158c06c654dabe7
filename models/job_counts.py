"""Job counts: how many jobs ended how, and how long they took, by actor and time.

workers/rollup.py writes the minutes from what the workers count in Redis; hours are made of
minutes and days of hours, here. Minutes are kept for two days, hours for five weeks; days are
a few rows each and stay, so that totals only ever grow.

Every write sets what the row has to be and adds nothing: rolled up twice counts once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Connection, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.db import Base

MINUTE, HOUR, DAY = 60, 3_600, 86_400

#: Upper ends of the duration buckets in milliseconds; the last bucket counts what was slower.
BUCKETS_MS = (5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)


class JobCount(Base):
    """One actor in one minute, hour or day."""

    __tablename__ = "job_counts"

    span: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # in seconds
    at: Mapped[datetime] = mapped_column(primary_key=True)  # its beginning
    actor: Mapped[str] = mapped_column(primary_key=True)
    done: Mapped[int] = mapped_column(BigInteger)
    expected: Mapped[int] = mapped_column(BigInteger)  # ended as the actor declares
    failed: Mapped[int] = mapped_column(BigInteger)
    ms: Mapped[int] = mapped_column(BigInteger)  # all durations together
    buckets: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


@dataclass(frozen=True)
class Counted:
    """What Redis has counted of one actor in one minute so far."""

    at: datetime
    actor: str
    done: int
    expected: int
    failed: int
    ms: int
    buckets: list[int]


def keep_minutes(connection: Connection, counted: Sequence[Counted]) -> None:
    """Write minutes, and the hours and days that they are part of.

    A count only grows: where Redis has forgotten a part of a minute, the row has more.
    """
    if not counted:
        return
    rows = [{**vars(each), "at": each.at.isoformat()} for each in counted]
    connection.execute(_KEEP, {"rows": rows})
    since = min(each.at for each in counted)
    connection.execute(_SUM_UP, {"fine": MINUTE, "coarse": HOUR, "since": since})
    connection.execute(_SUM_UP, {"fine": HOUR, "coarse": DAY, "since": since})


def forget_old(connection: Connection) -> int:
    return connection.execute(_FORGET).rowcount


_KEEP = text("""
    INSERT INTO job_counts AS known (span, at, actor, done, expected, failed, ms, buckets)
    SELECT 60, at, actor, done, expected, failed, ms, buckets
    FROM jsonb_to_recordset(:rows) AS told(at timestamptz, actor text, done bigint,
      expected bigint, failed bigint, ms bigint, buckets bigint[])
    ORDER BY at, actor
    ON CONFLICT (span, at, actor) DO UPDATE SET
      done = greatest(known.done, excluded.done),
      expected = greatest(known.expected, excluded.expected),
      failed = greatest(known.failed, excluded.failed),
      ms = greatest(known.ms, excluded.ms),
      buckets = ARRAY(
        SELECT greatest(was, now)
        FROM unnest(known.buckets, excluded.buckets) WITH ORDINALITY AS slot(was, now, place)
        ORDER BY place)
""").bindparams(bindparam("rows", type_=JSONB))

# The span that *since* falls into is summed up from its beginning.
_SUM_UP = text("""
    WITH fine AS (
      SELECT date_bin(make_interval(secs => :coarse), at, '2000-01-01Z') AS begun, *
      FROM job_counts
      WHERE span = :fine
        AND at >= date_bin(make_interval(secs => :coarse), :since, '2000-01-01Z')
    ), slots AS (
      SELECT begun, actor, array_agg(jobs ORDER BY place) AS buckets FROM (
        SELECT begun, actor, place, sum(jobs)::bigint AS jobs
        FROM fine CROSS JOIN LATERAL unnest(buckets) WITH ORDINALITY AS slot(jobs, place)
        GROUP BY begun, actor, place) AS summed
      GROUP BY begun, actor
    ), sums AS (
      SELECT begun, actor, sum(done) AS done, sum(expected) AS expected,
             sum(failed) AS failed, sum(ms) AS ms
      FROM fine GROUP BY begun, actor
    )
    INSERT INTO job_counts (span, at, actor, done, expected, failed, ms, buckets)
    SELECT :coarse, begun, actor, done, expected, failed, ms, buckets
    FROM sums JOIN slots USING (begun, actor)
    ORDER BY begun, actor
    ON CONFLICT (span, at, actor) DO UPDATE SET
      done = excluded.done, expected = excluded.expected, failed = excluded.failed,
      ms = excluded.ms, buckets = excluded.buckets
""")

_FORGET = text("""
    DELETE FROM job_counts
    WHERE (span = 60 AND at < now() - interval '2 days')
       OR (span = 3600 AND at < now() - interval '35 days')
""")
