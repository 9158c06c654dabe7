"""Pauses in the workers: a paused queue gives no more jobs, in every process within 2 s.

PostgreSQL remembers which queues are paused (models/queue_pauses.py). Whoever changes that
rings a bell, as for a job (wakeup.py), and a thread of each worker process looks. It looks
unasked every few seconds too, each second while Redis tells it nothing, and once before the
first job. While PostgreSQL is away a process goes on as it was.

A job that runs is let finish. One that a process has fetched, and no thread has begun, goes
back to its queue.
"""
# ruff: noqa: ARG002  (a hook takes all that Dramatiq hands it)

import heapq
import logging
import threading
from collections.abc import Collection

import redis
from dramatiq import Broker, Middleware, Worker
from dramatiq.broker import MessageProxy
from dramatiq.errors import BrokerConnectionError
from dramatiq.worker import ConsumerThread
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from models.db import autocommit, within
from models.queue_pauses import QueuePause
from workers.wakeup import Listener

logger = logging.getLogger(__name__)

#: Not a queue: the name under which the bell of the pauses hangs among those of the queues.
BELL = "pauses"

_TICK_SECONDS = 0.5
_PATIENCE_SECONDS = 1.0


def announce(client: "redis.Redis", channel: str) -> None:
    """Have every worker process look at once. If Redis is away, they look by themselves."""
    try:
        client.publish(channel, "")
    except redis.RedisError as error:
        logger.info("Workers hear of a pause a little later: %s", error)


class Pauses(Middleware):
    """Keeps the bells of paused queues silent, from boot to shutdown."""

    def __init__(self) -> None:
        self._threads: list[ConsumerThread] = []
        self._paused: frozenset[str] = frozenset()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def paused(self) -> frozenset[str]:
        """The queues that this process leaves alone."""
        return self._paused

    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:
        self._look(broker)

    def after_consumer_thread_boot(self, broker: Broker, thread: ConsumerThread) -> None:
        self._threads.append(thread)

    def after_worker_boot(self, broker: Broker, worker: Worker) -> None:
        self._thread = threading.Thread(
            target=self._run, args=(broker,), name="pauses", daemon=True
        )
        self._thread.start()

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        self._stopped.set()
        if self._thread:
            self._thread.join(timeout=2 * _PATIENCE_SECONDS)

    def _run(self, broker: Broker) -> None:
        bell = _listener(broker).bell(_channel(broker, BELL))
        while not self._stopped.is_set():
            if bell.wait(_TICK_SECONDS):
                bell.begin_look()
                self._look(broker)
                bell.end_look()
            # Again at each turn: a job may have been on its way to the threads just then.
            for thread in self._threads:
                if thread.queue_name in self._paused:
                    _give_back(thread)

    def _look(self, broker: Broker) -> None:
        try:
            paused = _paused_queues()
        except SQLAlchemyError as error:
            logger.debug("Which queues are paused is not to be learned: %s", error)
            return
        for queue_name in paused ^ self._paused:
            bell = _listener(broker).bell(_channel(broker, queue_name))
            (bell.pause if queue_name in paused else bell.resume)()
            logger.info("%s %s", queue_name, "pauses" if queue_name in paused else "goes on")
        self._paused = paused


def paused_here(broker: Broker) -> list[str]:
    """Return the queues that this process leaves alone just now."""
    ours = (each for each in broker.middleware if isinstance(each, Pauses))
    return sorted({queue for each in ours for queue in each.paused})


def _paused_queues() -> frozenset[str]:
    with within(_PATIENCE_SECONDS), autocommit() as connection:
        return frozenset(connection.scalars(select(QueuePause.queue)))


def _give_back(thread: ConsumerThread) -> None:
    """Return to the queue what this process has fetched of it and no thread has begun."""
    if taken := _take(thread):
        try:
            thread.requeue_messages(taken)
        except BrokerConnectionError as error:
            logger.warning("%d jobs wait for the end of this process: %s", len(taken), error)


def _take(thread: ConsumerThread) -> Collection[MessageProxy]:
    """Take the queue's jobs out of the line for the threads, under the lock of that line."""
    line = thread.work_queue
    with line.mutex:
        ours = [i for i in line.queue if i.message.queue_name == thread.queue_name]
        if ours:
            rest = [i for i in line.queue if i.message.queue_name != thread.queue_name]
            line.queue[:] = rest
            heapq.heapify(line.queue)
            line.unfinished_tasks -= len(ours)
    return [i.message for i in ours]


def _listener(broker: Broker) -> Listener:
    listener: Listener = broker.listener  # type: ignore[attr-defined]
    return listener


def _channel(broker: Broker, name: str) -> str:
    return str(broker.channel(name))  # type: ignore[attr-defined]
