"""The consumer: fetches one queue's jobs for the threads of this process.

Dramatiq's own sleeps up to a second between two looks into an empty queue, and as long when
its threads are busy. This one waits for a bell (wakeup.py) or for a thread to become free.
What is done it tells Redis in batches (acks.py). What it cannot get from Redis it calls a
closed connection, after which Dramatiq begins anew.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

import redis
from dramatiq import Message
from dramatiq.broker import MessageProxy
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.errors import ConnectionClosed, DecodeError

from workers.acks import Acks
from workers.wakeup import Bell

logger = logging.getLogger(__name__)

#: How Dramatiq's names for queues of delayed jobs end.
DELAYED = ".DQ"

#: Free places that make a fetch worth its round trip, at most. The threads still have work.
_BATCH = 16


class Consumer(_RedisConsumer):
    """Fetches when there is a reason to. `__next__` returns None at least once a second."""

    def __init__(
        self,
        broker: RedisBroker,
        queue_name: str,
        limits: tuple[int, int],
        bell: Bell,
        acks: Acks,
    ) -> None:
        super().__init__(broker, queue_name, *limits)  # type: ignore[no-untyped-call]
        self._bell = bell
        self._acks = acks
        self._freed = threading.Event()
        self._batch = max(1, min(self.prefetch // 4, _BATCH))
        self._may_have_more = False
        self._is_begun = False

    def __next__(self) -> MessageProxy | None:
        with closed_when_unreachable():
            if not self.message_cache:
                self._acks.tell()
            if self._bell.is_paused:
                self._rest()
                return None
            if not self.message_cache and self._has_reason() and self._has_room():
                self._fetch()
            if not self.message_cache:
                return None
            found: MessageProxy | None = super().__next__()  # type: ignore[no-untyped-call]
            return found

    def ack(self, message: MessageProxy) -> None:
        # A delayed job that is put back at once (_begin) must not be one that is done.
        is_delayed = self.queue_name.endswith(DELAYED)
        self._settle(super().ack if is_delayed else self._ack_with_others, message)

    def nack(self, message: MessageProxy) -> None:
        self._settle(super().nack, message)

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        returned = list(messages)
        with closed_when_unreachable():
            super().requeue(returned)  # type: ignore[no-untyped-call]
        for message in returned:
            self.queued_message_ids.discard(message.message_id)

    def close(self) -> None:
        """Give back what was fetched and no thread has: else it waits for our heartbeat."""
        with closed_when_unreachable():
            self._acks.tell()
        fetched, self.message_cache = self.message_cache, []
        self.requeue(list(_readable(fetched)))

    def _ack_with_others(self, message: MessageProxy) -> None:
        self.queued_message_ids.discard(message.message_id)
        if self._acks.add(message.options["redis_message_id"]):
            with suppress(redis.RedisError):  # it waits with the others until Redis is back
                self._acks.tell()

    def _settle(self, command: Callable[[MessageProxy], None], message: MessageProxy) -> None:
        try:
            with closed_when_unreachable():
                command(message)
        except ConnectionClosed:
            if not self.broker.is_stopping:  # Dramatiq tries again until Redis is back
                raise
            logger.warning("%s is done and runs once more: Redis is away", message)
        if self._room() >= self._batch:
            self._freed.set()

    def _rest(self) -> None:
        """The queue is paused (pauses.py): give back what is fetched, wait for its end."""
        self.close()
        self._bell.wait(self.timeout / 1000)

    def _has_reason(self) -> bool:
        return self._may_have_more or self._bell.wait(self.timeout / 1000)

    def _has_room(self) -> bool:
        """Wait at most a second for the threads to free a batch of places."""
        self._freed.clear()
        has_room = self._room() >= self._batch or self._freed.wait(self.timeout / 1000)
        return has_room and not self._bell.is_paused  # it may have begun just now

    def _room(self) -> int:
        return int(self.prefetch - self.outstanding_message_count)

    def _fetch(self) -> None:
        self._bell.begin_look()
        self._begin()
        room = self._room()
        fetched = self.broker.do_fetch(self.queue_name, room)
        # A message whose data Redis has lost comes as None.
        self.message_cache = [data for data in fetched if data is not None]
        self._may_have_more = len(fetched) == room
        if not self._may_have_more:
            self._bell.end_look()

    def _begin(self) -> None:
        """Put back the delayed messages that an earlier consumer of this process held.

        Dramatiq forgets them when Redis goes away, and they would wait for our own end.
        Nobody else works on them, unlike on those of a queue proper.
        """
        if self._is_begun or not self.queue_name.endswith(DELAYED):
            return
        acks = f"{self.broker.namespace}:__acks__.{self.broker.broker_id}.{self.queue_name}"
        if held := list(self.broker.client.smembers(acks)):
            self.broker.do_requeue(self.queue_name, *held)
        self._is_begun = True


def _readable(fetched: Iterable[bytes]) -> Iterator[MessageProxy]:
    for data in fetched:
        with suppress(DecodeError):  # nobody could run it either
            yield MessageProxy(Message.decode(data))


@contextmanager
def closed_when_unreachable() -> Iterator[None]:
    """Turn every refusal of Redis, time-outs included, into what Dramatiq begins anew after."""
    try:
        yield
    except redis.RedisError as error:
        raise ConnectionClosed(error) from error
