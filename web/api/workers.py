"""Workers and their queues, as they are just now: what runs, what waits, what is paused.

Redis is asked once the transaction is over: nobody waits for it with a connection in hand.
What belongs to the service as a whole (queues, workers, counts) every operator may see;
failed jobs only those of the own account, and the service's own.
"""

from collections.abc import Callable

import msgspec

from models.job_figures import Window, by_actor, throughput
from models.queue_pauses import QueuePause
from web.api.auth import Call
from web.api.operations import Spec, operation
from web.api.replies import Reply
from web.api.workers_shapes import (
    ActorShape,
    PointShape,
    QueueShape,
    ThroughputShape,
    WorkerShape,
    actor_shape,
    queue_shape,
    worker_shape,
)
from web.problems import Problem
from workers.broker import broker
from workers.pauses import BELL, announce
from workers.queues import Seen, look, queue_names

RETRY_SECONDS = "5"


class RedisShape(msgspec.Struct):
    version: str
    uptime_seconds: int
    used_bytes: int
    most_bytes: int
    eviction_policy: str
    appends: bool
    appends_ok: bool
    durable: bool
    clients: int


class WorkersShape(msgspec.Struct):
    """`unattended` are the queues that no worker consumes. `redis` is null while it is away."""

    queues: list[QueueShape]
    workers: list[WorkerShape]
    unattended: list[str]
    redis: RedisShape | None


class QueuesShape(msgspec.Struct):
    items: list[QueueShape]


class WindowQuery(msgspec.Struct, kw_only=True, frozen=True):
    window: Window = Window.HOUR
    actor: str | None = None


class PauseShape(msgspec.Struct):
    queue: str
    paused: bool


@operation("GET", "/workers", Spec("Show workers, queues and Redis", {200: WorkersShape}))
def show_workers(call: Call) -> Reply:
    pauses = QueuePause.all(call.session)
    return Reply(None, after_commit=lambda: Reply(_workers(look(), pauses)))


@operation("GET", "/workers/queues", Spec("List queues", {200: QueuesShape}, problems=(503,)))
def list_queues(call: Call) -> Reply:
    pauses = QueuePause.all(call.session)
    return _of_redis(lambda seen: QueuesShape(queue_shapes(seen, pauses)))


@operation("GET", "/workers/queues/<name>", Spec("Show a queue", {200: QueueShape}))
def show_queue(call: Call, name: str) -> Reply:
    check_queue(name)
    pauses = QueuePause.all(call.session)
    return _of_redis(
        lambda seen: next(each for each in queue_shapes(seen, pauses) if each.name == name)
    )


@operation(
    "POST",
    "/workers/queues/<name>/pause",
    Spec("Pause a queue", {200: PauseShape}, problems=(403,)),
)
def pause_queue(call: Call, name: str) -> Reply:
    """No worker begins a job of it from two seconds later on; those that run are let finish."""
    return _switch(call, name, lambda: QueuePause.begin(call.session, name, call.by), True)


@operation(
    "POST",
    "/workers/queues/<name>/resume",
    Spec("Let a queue go on", {200: PauseShape}, problems=(403,)),
)
def resume_queue(call: Call, name: str) -> Reply:
    return _switch(call, name, lambda: QueuePause.end(call.session, name), False)


@operation(
    "GET",
    "/workers/throughput",
    Spec(
        "Show how many jobs ended, and how long they took",
        {200: ThroughputShape},
        query=WindowQuery,
    ),
)
def show_throughput(call: Call, query: WindowQuery) -> ThroughputShape:
    points = throughput(call.session, query.window, query.actor)
    return ThroughputShape(
        window=query.window,
        step_seconds=query.window.step,
        points=[PointShape(*point) for point in points],
        actors=actor_shapes(call, query),
    )


def actor_shapes(call: Call, query: WindowQuery) -> list[ActorShape]:
    figures = by_actor(call.session, query.window)
    return [actor_shape(each) for each in figures if query.actor in {None, each.actor}]


def queue_shapes(seen: Seen, pauses: dict[str, QueuePause]) -> list[QueueShape]:
    attending = [name for worker in seen.workers for name in worker.queues]
    return [
        queue_shape(queue, pauses.get(queue.name), attending.count(queue.name))
        for queue in seen.queues
    ]


def check_queue(name: str) -> None:
    """Raise 404 unless there is such a queue."""
    if name not in queue_names():
        raise Problem(404, "not-found")


def tell_workers() -> None:
    """Have every worker look for pauses at once. Call it after the commit."""
    announce(broker.ring_client, broker.channel(BELL))


def _switch(call: Call, name: str, change: Callable[[], bool], paused: bool) -> Reply:
    call.owner_only()
    check_queue(name)
    change()
    return Reply(PauseShape(name, paused), after_commit=tell_workers)


def _of_redis(shape: Callable[[Seen], msgspec.Struct]) -> Reply:
    def asked() -> Reply:
        seen = look()
        if seen is None:
            raise Problem(503, "unavailable", headers={"Retry-After": RETRY_SECONDS})
        return Reply(shape(seen))

    return Reply(None, after_commit=asked)


def _workers(seen: Seen | None, pauses: dict[str, QueuePause]) -> WorkersShape:
    if seen is None:
        return WorkersShape([], [], [], None)
    return WorkersShape(
        queues=queue_shapes(seen, pauses),
        workers=[worker_shape(each) for each in seen.workers],
        unattended=seen.unattended(),
        redis=msgspec.convert(vars(seen.redis), RedisShape),
    )
