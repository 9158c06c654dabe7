"""What is wrong with the service itself, as far as PostgreSQL and Redis tell.

Whoever asks here must not depend on what is asked about: a sweep cannot report that nothing
is swept. What cannot be told now (Redis is away: are there workers?) is left out.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import redis
from sqlalchemy import text
from sqlalchemy.orm import Session

from models.alarms import AlarmKind, Finding
from workers.connection import connect
from workers.gate import SPOOL, TOLD
from workers.health import PATIENCE_SECONDS, is_durable
from workers.presence import KEYS
from workers.spool import BROKEN

#: The queues that somebody has to consume, and what stands still where nobody does.
QUEUES = {
    "leads": "new leads are kept, and wait",
    "sms": "texts that had to wait are not sent",
    "receipts": "what became of texts is not looked at, and nobody joins the opt-in queue",
    "admin": "what operators ask for is not done",
    "sweeps": "what a crash left behind is not found",
}


class Seen(NamedTuple):
    """What could be looked at, and what was wrong with it."""

    kinds: set[AlarmKind]
    found: list[Finding]


def look_at_redis() -> Seen:
    """Is it there, does it keep what it is given, who fetches jobs from it, what is left?"""
    client = connect(seconds=PATIENCE_SECONDS)
    try:
        durable = is_durable(client)
        found = [*_unattended(client), *_left_over(client)]
    except redis.RedisError:
        detail = "Redis does not answer: jobs wait for the sweeper, and so do new leads."
        return Seen({AlarmKind.REDIS_AWAY}, [Finding(AlarmKind.REDIS_AWAY, "redis", detail)])
    finally:
        client.close()
    if not durable:
        detail = (
            "Redis may lose what it is given: leads are not taken while PostgreSQL is away. "
            "It needs appendonly yes, appendfsync always and maxmemory-policy noeviction."
        )
        found.append(Finding(AlarmKind.REDIS_NOT_DURABLE, "redis", detail))
    kinds = {AlarmKind.REDIS_AWAY, AlarmKind.REDIS_NOT_DURABLE}
    return Seen(kinds | {AlarmKind.NO_WORKER, AlarmKind.SPOOL}, found)


def look_at_clock(session: Session) -> Seen:
    """Does the clock ring, and are its sweeps done?"""
    row = session.execute(_SCHEDULES).one()
    found = []
    if row.unrung:
        detail = "Nothing has been swept for a while: the clock process is not running."
        found.append(Finding(AlarmKind.CLOCK, "clock", detail, since=row.due_at))
    elif row.undone:
        detail = "The clock rings, but no sweep is done: see the worker that takes sweeps."
        found.append(Finding(AlarmKind.CLOCK, "sweeps", detail, since=row.last_at))
    return Seen({AlarmKind.CLOCK}, found)


def consumed_queues(client: "redis.Redis") -> set[str]:
    """Return the queues that some living worker process takes. Raises RedisError."""
    keys = list(client.scan_iter(f"{KEYS}*", count=1_000))
    said: Any = client.mget(keys) if keys else []
    return {queue for words in said if words for queue in json.loads(words)["queues"]}


def _unattended(client: "redis.Redis") -> Iterator[Finding]:
    consumed = consumed_queues(client)
    for queue, follows in QUEUES.items():
        if queue not in consumed:
            detail = f"No worker consumes {queue}: {follows}."
            yield Finding(AlarmKind.NO_WORKER, queue, detail)


def _left_over(client: "redis.Redis") -> Iterator[Finding]:
    pipeline = client.pipeline(transaction=False)
    for stream in (SPOOL, TOLD, BROKEN):
        pipeline.xlen(stream)
    leads, told, broken = pipeline.execute()
    if leads or told:
        detail = "Redis holds what was taken while PostgreSQL was away; it is not drained yet."
        yield Finding(AlarmKind.SPOOL, "spool", detail)
    if broken:
        detail = f"{broken} entries of the spool could not be stored: an engineer has to look."
        yield Finding(AlarmKind.SPOOL, "put aside", detail)


#: The sweeps of each second are what the clock is known by.
_SCHEDULES = text("""
    SELECT min(next_at) AS due_at, max(last_at) AS last_at,
           coalesce(min(next_at) < now() - interval '30 seconds', false) AS unrung,
           coalesce(max(last_at) < now() - interval '60 seconds', false) AS undone
    FROM schedules WHERE NOT disabled
""")
