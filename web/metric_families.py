"""The families of /metrics, by where their numbers come from: PostgreSQL and Redis."""

from collections.abc import Iterator, Mapping
from itertools import accumulate

from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models import alarms
from models.db import transaction, within
from models.failed_jobs import OPEN_STATES, FailedJob
from models.figures import DELIVERIES, LEADS, Figure, waiting
from models.job_counts import BUCKETS_MS
from models.job_figures import ActorFigures, totals
from models.queue_pauses import QueuePause
from models.schedules import Schedule
from workers.queues import Seen, queue_names

DATABASE_SECONDS = 1.0


def labeled(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    """Make a gauge with one label."""
    family = GaugeMetricFamily(name, words, labels=[label])
    for each, value in values.items():
        family.add_metric([each], float(value))
    return family


def gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=float(value))


def remembered() -> list[Metric] | None:
    """Return what PostgreSQL remembers; None if it does not answer in time."""
    try:
        with within(DATABASE_SECONDS), transaction() as session:
            session.execute(text("SET LOCAL statement_timeout = '1s'"))
            return [*_jobs(session), *_leads(session), *_standing(session)]
    except SQLAlchemyError:
        return None


def _jobs(session: Session) -> Iterator[Metric]:
    actors = totals(session)
    ended = CounterMetricFamily(
        "optin_jobs", "Jobs that ended, by actor and how.", labels=["actor", "outcome"]
    )
    took = HistogramMetricFamily(
        "optin_job_duration_seconds", "How long jobs ran, by actor.", labels=["actor"]
    )
    for each in actors:
        for outcome in ("done", "expected", "failed"):
            ended.add_metric([each.actor, outcome], getattr(each, outcome))
        took.add_metric([each.actor], _cumulative(each), each.ms / 1000)
    yield ended
    yield took
    by_state = (
        select(FailedJob.state, func.count())
        .where(FailedJob.state.in_(OPEN_STATES))
        .group_by(FailedJob.state)
    )
    known = {state.value: count for state, count in session.execute(by_state)}
    counts = {state.value: known.get(state.value, 0) for state in OPEN_STATES}
    yield labeled("optin_failed_jobs", "Failed jobs that have not ended.", "state", counts)


def _cumulative(each: ActorFigures) -> list[tuple[str, float]]:
    ends = [*(str(ms / 1000) for ms in BUCKETS_MS), "+Inf"]
    return [*zip(ends, map(float, accumulate(each.buckets)), strict=True)]


def _leads(session: Session) -> Iterator[Metric]:
    now = waiting(session)
    yield gauge("optin_leads_unprocessed", "Leads that no worker has taken.", now.leads)
    yield gauge(
        "optin_lead_oldest_unprocessed_seconds",
        "How long the oldest of them has waited.",
        now.oldest_seconds,
    )
    yield gauge("optin_circuits_open", "Circuits that hold texts back.", now.circuits)
    yield labeled("optin_leads", "Leads by status.", "status", Figure.named(session, LEADS))
    outcomes = Figure.named(session, DELIVERIES)
    yield labeled("optin_deliveries", "Deliveries by outcome.", "status", outcomes)
    if (age := Figure.age_seconds(session)) is not None:
        yield gauge(
            "optin_figures_age_seconds",
            "How long ago leads and deliveries were counted.",
            age,
        )


def _standing(session: Session) -> Iterator[Metric]:
    paused = QueuePause.all(session)
    yield labeled(
        "optin_queue_paused",
        "Whether an operator has paused the queue.",
        "queue",
        {name: name in paused for name in queue_names()},
    )
    late = Schedule.clock_is_late(session)
    yield gauge("optin_clock_late", "Whether what is due is not rung for.", late)
    found = alarms.open_counts(session)
    yield labeled("optin_alarms_open", "Alarms that are open, by kind.", "kind", found)


def of_redis(seen: Seen) -> Iterator[Metric]:
    """Yield what Redis tells of queues, workers and itself."""
    jobs = GaugeMetricFamily(
        "optin_queue_jobs", "Jobs in a queue, by state.", labels=["queue", "state"]
    )
    for queue in seen.queues:
        for state in ("ready", "running", "delayed", "dead_letters"):
            jobs.add_metric([queue.name, state], getattr(queue, state))
    yield jobs
    yield labeled(
        "optin_queue_oldest_job_seconds",
        "Age of the job that is fetched next; 0 where none waits.",
        "queue",
        {queue.name: queue.oldest_seconds or 0 for queue in seen.queues},
    )
    attending = [name for worker in seen.workers for name in worker.queues]
    yield labeled(
        "optin_queue_workers",
        "Worker processes that consume a queue.",
        "queue",
        {queue.name: attending.count(queue.name) for queue in seen.queues},
    )
    yield from _of_workers(seen)
    yield from _of_redis_itself(seen)


def _of_workers(seen: Seen) -> Iterator[Metric]:
    workers = seen.workers
    yield gauge("optin_workers", "Worker processes that live.", len(workers))
    threads = sum(worker.threads for worker in workers)
    yield gauge("optin_worker_threads", "Their threads.", threads)
    busy = sum(len(worker.jobs) for worker in workers)
    yield gauge("optin_worker_threads_busy", "Their threads that run a job.", busy)
    memory = sum(worker.memory for worker in workers)
    yield gauge("optin_workers_memory_bytes", "Memory of all of them.", memory)


def _of_redis_itself(seen: Seen) -> Iterator[Metric]:
    redis = seen.redis
    yield InfoMetricFamily(
        "optin_redis",
        "Which Redis it is, and what it does when it is full.",
        value={"version": redis.version, "eviction_policy": redis.eviction_policy},
    )
    yield gauge("optin_redis_memory_bytes", "Memory Redis uses.", redis.used_bytes)
    most = redis.most_bytes
    yield gauge("optin_redis_memory_limit_bytes", "Memory it may use; 0: no limit.", most)
    durable = redis.durable
    yield gauge("optin_redis_durable", "Whether it keeps every write.", durable)
    yield labeled(
        "optin_spool_entries",
        "What was accepted while PostgreSQL was away and is not stored yet.",
        "kind",
        {"leads": seen.spooled_leads, "twilio": seen.spooled_twilio},
    )
