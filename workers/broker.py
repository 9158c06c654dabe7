"""The Dramatiq broker: how jobs reach Redis, and what surrounds each of them.

PostgreSQL remembers, Dramatiq carries. A job may be lost, doubled or late: the row says what
is to be done, and the sweeper rings again. So nothing here is tried twice, no work depends
on a delayed message, and an unreachable Redis is said at once.
"""

from collections.abc import Sequence
from typing import Any

import dramatiq
import dramatiq.worker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AgeLimit, Retries

from workers.acks import Acks
from workers.connection import connect
from workers.consumer import Consumer, closed_when_unreachable
from workers.context import RequestContext
from workers.emitting import Emitting
from workers.failures import FailureRecords
from workers.middleware import Courtesy, GracefulStop, JsonLogs, OwnName
from workers.pauses import Pauses
from workers.vitals import Vitals
from workers.wakeup import Listener

#: Lower runs first among the jobs that a process has fetched.
PRIORITY_LEADS = PRIORITY_RECEIPTS = 0
PRIORITY_SMS = 10
PRIORITY_SWEEPS = 20
PRIORITY_ADMIN = 30

#: A job is rung for off a request's path: half a second, then the sweeper's turn.
RING_SECONDS = 0.5
#: A worker would rather wait for a slow Redis than strand what it was about to be given.
WORKER_SECONDS = 5.0

#: After so long without a sign of life a worker's jobs go back to their queue.
HEARTBEAT_TIMEOUT_MS = 20_000
#: One command in ten, of a million, looks for such workers: soon, on a quiet system too.
MAINTENANCE_CHANCE = 100_000

# Dramatiq waits 3 and 5 s after Redis was away. With its own variable we would have to set
# one of them in every command line, and the other could not be set.
dramatiq.worker.CONSUMER_RESTART_DELAY_SECS = 0.5
dramatiq.worker.POST_PROCESS_MESSAGE_RETRY_DELAY_SECS = 0.5  # type: ignore[assignment]

Sent = dramatiq.Message[Any]


class Broker(Emitting, RedisBroker):
    """Dramatiq's own queues in Redis, any stock worker can read them; and a bell beside."""

    #: How much the base class' script unpacks at once. Every Lua takes a thousand, so that no
    #: first ring has to wait until Redis has been asked for its limit.
    _max_unpack_size_val = 1_000  # type: ignore[assignment]

    def __init__(self, middleware: list[dramatiq.Middleware]) -> None:
        super().__init__(
            client=connect(seconds=WORKER_SECONDS),
            middleware=middleware,
            heartbeat_timeout=HEARTBEAT_TIMEOUT_MS,
            maintenance_chance=MAINTENANCE_CHANCE,
        )
        self.ring_client = connect(seconds=RING_SECONDS)
        self.listener = Listener(self.client)
        self.is_stopping = False
        self._acks: dict[str, Acks] = {}

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 1_000) -> Consumer:
        """Return what fetches the jobs of a queue, and waits on its bell meanwhile."""
        bell = self.listener.bell(self.channel(queue_name))
        acks = self._acks.setdefault(queue_name, Acks(self, queue_name))
        return Consumer(self, queue_name, (prefetch, timeout), bell, acks)

    def close(self) -> None:
        """Close every connection. Called when a worker ends."""
        self.listener.stop()
        self.client.close()
        self.ring_client.close()

    def channel(self, queue_name: str) -> str:
        """Name the channel on which the consumers of a queue hear that something came."""
        return f"{self.namespace}:__bell__:{queue_name}"

    def enqueue(self, message: Sent, *, delay: int | None = None) -> Sent:
        """Send one job. Raises ConnectionClosed when Redis has not said that it took it."""
        with closed_when_unreachable():
            return super().enqueue(message, delay=delay)

    def do_enqueue(self, queue_name: str, redis_message_id: str, data: bytes) -> None:
        """Stand in for the command of the base class, which rings no bell."""
        self.push([(queue_name, redis_message_id, data)])

    def push(self, entries: Sequence[tuple[str, str, bytes]]) -> None:
        """Put (queue, Redis message id, encoded message) into Redis, and ring, in one go.

        The keys and their contents are those of the base class' script, which would be called
        once a job and also note a sign of life of ours: who only sends has none to give. The
        contents go first: a job that is cut in two is not fetched, and rung again later.
        """
        pipeline = self.ring_client.pipeline(transaction=False)
        queues = dict.fromkeys(name for name, _, _ in entries)
        for queue_name in queues:
            jobs: dict[Any, Any] = {
                job_id: data for name, job_id, data in entries if name == queue_name
            }
            key = f"{self.namespace}:{queue_name}"
            pipeline.hset(f"{key}.msgs", mapping=jobs)
            pipeline.rpush(key, *jobs)
        for queue_name in queues:
            pipeline.publish(self.channel(queue_name), "")
        # A bell that Redis would not ring is left out: the consumers look by themselves.
        for answer in pipeline.execute(raise_on_error=False)[: 2 * len(queues)]:
            if isinstance(answer, Exception):
                raise answer


def surroundings() -> list[dramatiq.Middleware]:
    """Say what surrounds each job, outermost first.

    Left out on purpose: TimeLimit and ShutdownNotifications (an exception thrown into a
    thread may cut a call to Twilio in two), Results and Prometheus (PostgreSQL remembers).
    """
    return [
        JsonLogs(),
        OwnName(),
        Courtesy(),
        GracefulStop(),
        RequestContext(),
        Vitals(),
        Pauses(),
        FailureRecords(),
        AgeLimit(),  # only for actors that declare max_age
        Retries(max_retries=3, min_backoff=1_000, max_backoff=15_000),
    ]


broker = Broker(surroundings())
dramatiq.set_broker(broker)
