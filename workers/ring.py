"""Ring: send many jobs in one pipeline, off the path of any request.

web/doorbell.py collects jobs after their rows are committed and rings here from a thread of
its own. A job lost on the way is rung again by the sweeper, which finds its row waiting.
"""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import dramatiq
import redis
from dramatiq import get_encoder
from dramatiq.errors import BrokerConnectionError

import logs
from workers.broker import broker

#: One run of an actor that was asked for: what `job()` makes.
Job = dramatiq.Message[Any]


class RingFailed(Exception):
    """Go on: the rows are committed, nothing is lost, and the sweeper rings again."""


def job(message: dramatiq.Message[Any]) -> Job:
    """Make `actor.message(…)` a job that carries the id of the request it was made in.

    Call it where the request is known: the ring goes out from another thread, later.
    """
    request_id = logs.request_id.get()
    return message.copy(options={"request_id": request_id}) if request_id else message


def ring(jobs: Sequence[Job]) -> None:
    """Send *jobs*, in order, in one round trip of at most half a second each way.

    Raises RingFailed when Redis has not said that it took every one of them; some may run.
    """
    if not jobs:
        return
    for message in jobs:
        broker.emit_before("enqueue", message, None)
    try:
        broker.push([_entry(message) for message in jobs])
    except (BrokerConnectionError, redis.RedisError) as error:
        raise RingFailed(f"{len(jobs)} jobs wait for the sweeper: {error}") from error
    for message in jobs:
        broker.emit_after("enqueue", message, None)


def backlog(queue_name: str) -> int:
    """Return how many jobs wait in a queue that no worker has fetched. Raises RingFailed."""
    try:
        waiting: Any = broker.ring_client.llen(f"{broker.namespace}:{queue_name}")
    except redis.RedisError as error:
        raise RingFailed(f"Redis cannot be asked: {error}") from error
    return int(waiting)


def _entry(message: Job) -> tuple[str, str, bytes]:
    """Write a job as Dramatiq does, under an id of its own in Redis. Not through a copy of it:
    this is done for every lead.
    """
    redis_id = str(uuid4())
    whole = message.asdict() | {"options": message.options | {"redis_message_id": redis_id}}
    return message.queue_name, redis_id, get_encoder().encode(whole)
