"""How the API shows workers, queues and what runs in them."""

from datetime import UTC, datetime

import msgspec

from models.job_figures import ActorFigures, Window
from models.queue_pauses import QueuePause
from web.api.schema import Time
from workers.queues import QueueSeen, WorkerSeen


class PausedShape(msgspec.Struct):
    at: Time
    by: str | None


class QueueShape(msgspec.Struct):
    """`running` are fetched by a worker; `oldest_seconds` is of the next to be fetched."""

    name: str
    ready: int
    running: int
    delayed: int
    dead_letters: int
    oldest_seconds: float | None
    workers: int
    paused: PausedShape | None


class RunningShape(msgspec.Struct):
    actor: str
    id: str
    since: Time


class WorkerShape(msgspec.Struct):
    host: str
    pid: int
    threads: int
    queues: list[str]
    paused: list[str]
    jobs: list[RunningShape]
    memory_bytes: int
    version: str
    started_at: Time
    heartbeat_at: Time


class ActorShape(msgspec.Struct):
    actor: str
    done: int
    expected: int
    failed: int
    mean_ms: float | None
    p50_ms: float | None
    p95_ms: float | None


class PointShape(msgspec.Struct):
    at: Time
    done: int
    failed: int


class ThroughputShape(msgspec.Struct):
    window: Window
    step_seconds: int
    points: list[PointShape]
    actors: list[ActorShape]


def queue_shape(seen: QueueSeen, pause: QueuePause | None, workers: int) -> QueueShape:
    paused = PausedShape(pause.at, pause.by_name) if pause else None
    return QueueShape(
        name=seen.name,
        ready=seen.ready,
        running=seen.running,
        delayed=seen.delayed,
        dead_letters=seen.dead_letters,
        oldest_seconds=seen.oldest_seconds,
        workers=workers,
        paused=paused,
    )


def worker_shape(seen: WorkerSeen) -> WorkerShape:
    return WorkerShape(
        host=seen.host,
        pid=seen.pid,
        threads=seen.threads,
        queues=seen.queues,
        paused=seen.paused,
        jobs=[RunningShape(job.actor, job.id, _time(job.since)) for job in seen.jobs],
        memory_bytes=seen.memory,
        version=seen.version,
        started_at=_time(seen.started_at),
        heartbeat_at=_time(seen.at),
    )


def actor_shape(figures: ActorFigures) -> ActorShape:
    return ActorShape(
        actor=figures.actor,
        done=figures.done,
        expected=figures.expected,
        failed=figures.failed,
        mean_ms=_rounded(figures.mean_ms),
        p50_ms=_rounded(figures.p50_ms),
        p95_ms=_rounded(figures.p95_ms),
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _rounded(ms: float | None) -> float | None:
    return None if ms is None else round(ms, 1)
