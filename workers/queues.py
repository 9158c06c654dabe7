"""The queues and workers as Redis shows them just now, at the same cost however much waits.

Dramatiq keeps for each queue a list of ids, `<queue>`, and a hash of messages, `<queue>.msgs`,
that holds those being worked on as well; the same for what is delayed, `<queue>.DQ`; and the
dead letters, `<queue>.XQ`. Their lengths and the first of the list are all that is asked for:
two round trips for everything. Nothing here waits longer than half a second for an answer.
"""

import json
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import redis
from dramatiq import Message
from dramatiq.errors import DecodeError

from workers import actors, gate
from workers.broker import broker
from workers.connection import connect
from workers.finished import FinishedJob, finished_jobs
from workers.presence import EXPIRY_SECONDS, INDEX
from workers.redis_facts import RedisFacts, redis_facts

PATIENCE_SECONDS = 0.5

#: Who imports every actor has declared every queue.
ACTORS = actors.__all__


@dataclass(frozen=True)
class QueueSeen:
    """How much is in a queue. `oldest_seconds` is of the job that is fetched next."""

    name: str
    ready: int
    running: int  # fetched by a worker and not done
    delayed: int
    dead_letters: int
    oldest_seconds: float | None


@dataclass(frozen=True)
class RunningJob:
    actor: str
    id: str
    since: float


@dataclass(frozen=True)
class WorkerSeen:
    """One worker process, as it described itself a few seconds ago at most."""

    host: str
    pid: int
    threads: int
    queues: list[str]
    paused: list[str]
    jobs: list[RunningJob]
    memory: int
    version: str
    started_at: float
    at: float


@dataclass(frozen=True)
class Seen:
    """All that Redis tells of the workers' side, at one moment."""

    queues: list[QueueSeen]
    workers: list[WorkerSeen]
    finished: list[FinishedJob]
    redis: RedisFacts
    spooled_leads: int  # accepted while PostgreSQL was away, and not stored yet
    spooled_twilio: int

    def unattended(self) -> list[str]:
        """Return the queues that no worker consumes."""
        attended = {name for worker in self.workers for name in worker.queues}
        return [queue.name for queue in self.queues if queue.name not in attended]


def queue_names() -> list[str]:
    """Return the queues that our actors have, by name."""
    return sorted(broker.get_declared_queues())


def actor_names() -> list[str]:
    """Return the names of all actors."""
    return sorted(broker.get_declared_actors())


def look() -> Seen | None:
    """Ask Redis; None if it does not answer."""
    with closing(connect(seconds=PATIENCE_SECONDS)) as client:
        try:
            return Seen(
                queues=queues_seen(client, queue_names()),
                workers=workers_seen(client),
                finished=finished_jobs(client),
                redis=redis_facts(client),
                spooled_leads=_length(client, gate.SPOOL),
                spooled_twilio=_length(client, gate.TOLD),
            )
        except redis.RedisError:
            return None


def _length(client: "redis.Redis", stream: str) -> int:
    entries: Any = client.xlen(stream)
    return int(entries)


def queues_seen(client: "redis.Redis", names: list[str]) -> list[QueueSeen]:
    """Raises RedisError."""
    pipeline = client.pipeline(transaction=True)
    for name in names:
        full = f"{broker.namespace}:{name}"
        pipeline.llen(full)
        pipeline.hlen(f"{full}.msgs")
        pipeline.hlen(f"{full}.DQ.msgs")
        pipeline.zcard(f"{full}.XQ")
        pipeline.lindex(full, 0)
    answers: list[Any] = pipeline.execute()
    rows = [answers[start : start + 5] for start in range(0, len(answers), 5)]
    ages = _ages(client, dict(zip(names, (row[4] for row in rows), strict=True)))
    return [
        QueueSeen(name, ready, max(0, kept - ready), delayed, dead, ages.get(name))
        for name, (ready, kept, delayed, dead, _) in zip(names, rows, strict=True)
    ]


def _ages(client: "redis.Redis", heads: dict[str, bytes | None]) -> dict[str, float]:
    """Return the seconds since the first job of each queue was sent."""
    wanted = {name: head for name, head in heads.items() if head is not None}
    pipeline = client.pipeline(transaction=False)
    for name, head in wanted.items():
        pipeline.hget(f"{broker.namespace}:{name}.msgs", head)
    found = zip(wanted, pipeline.execute() if wanted else [], strict=True)
    ages = {name: _age(data) for name, data in found if data is not None}
    return {name: age for name, age in ages.items() if age is not None}


def _age(data: bytes) -> float | None:
    try:
        sent_at = Message.decode(data).message_timestamp / 1000
    except DecodeError:  # not one of ours: a worker will put it among the dead letters
        return None
    return max(0.0, time.time() - sent_at)


def workers_seen(client: "redis.Redis") -> list[WorkerSeen]:
    """Return the workers that live, by host and process. Raises RedisError."""
    living: Any = client.zrangebyscore(INDEX, time.time() - EXPIRY_SECONDS, "+inf")
    told: Any = client.mget(living) if living else []
    workers = [_worker(json.loads(each)) for each in told if each is not None]
    return sorted(workers, key=lambda worker: (worker.host, worker.pid))


def _worker(told: dict[str, Any]) -> WorkerSeen:
    jobs = [RunningJob(job["actor"], job["id"], job["since"]) for job in told.pop("jobs")]
    return WorkerSeen(jobs=jobs, paused=told.pop("paused", []), **told)
