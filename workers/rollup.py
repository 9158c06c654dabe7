"""The roll-up: what the workers have counted in Redis goes into PostgreSQL, where it stays.

Two sweeps call it. One writes the last minutes, often; the other all minutes that Redis still
has, seldom: a worker that could not reach Redis for a while counts late (counts.py). A minute
is written as it stands, so that it does not matter how often.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime

from sqlalchemy import Connection

from models.job_counts import BUCKETS_MS, Counted, forget_old, keep_minutes
from workers.connection import connect
from workers.counts import KEPT_SECONDS, SLOWER, Ending, key

RECENT_MINUTES = 3
_PATIENCE_SECONDS = 2.0

_SLOTS = [*(f"le{most}" for most in BUCKETS_MS), SLOWER]


def roll_up_recent(connection: Connection) -> int:
    """Write the last minutes; return how many rows."""
    return _roll_up(connection, RECENT_MINUTES)


def roll_up_late(connection: Connection) -> int:
    """Write every minute that Redis has, and forget what is old; return how many rows."""
    forget_old(connection)
    return _roll_up(connection, KEPT_SECONDS // 60)


def _roll_up(connection: Connection, minutes: int) -> int:
    this_minute = int(time.time() // 60)
    counted = [*_counted(range(this_minute - minutes + 1, this_minute + 1))]
    keep_minutes(connection, counted)
    return len(counted)


def _counted(minutes: Iterable[int]) -> Iterator[Counted]:
    wanted = [*minutes]
    with closing(connect(seconds=_PATIENCE_SECONDS)) as client:
        pipeline = client.pipeline(transaction=False)
        for minute in wanted:
            pipeline.hgetall(key(minute))
        for minute, fields in zip(wanted, pipeline.execute(), strict=True):
            yield from _of_minute(minute, fields)


def _of_minute(minute: int, fields: dict[bytes, bytes]) -> Iterator[Counted]:
    """Read one hash: fields such as `process_lead:done` and `process_lead:le25`."""
    by_actor: dict[str, dict[str, int]] = {}
    for field, count in fields.items():
        actor, _, name = field.decode().rpartition(":")
        by_actor.setdefault(actor, {})[name] = int(count)
    at = datetime.fromtimestamp(minute * 60, UTC)
    for actor, counts in by_actor.items():
        yield Counted(
            at=at,
            actor=actor,
            done=counts.get(Ending.DONE.value, 0),
            expected=counts.get(Ending.EXPECTED.value, 0),
            failed=counts.get(Ending.FAILED.value, 0),
            ms=counts.get("ms", 0),
            buckets=[counts.get(slot, 0) for slot in _SLOTS],
        )
