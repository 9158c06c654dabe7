"""Acks: the jobs of one queue that are done, told to Redis together.

One at a time they cost as much as fetching did. A worker that is killed before it has told
leaves a handful of jobs that run a second time: each of them finds that there is nothing left
to do. What could not be told waits here until Redis is back; it outlives the consumers.
"""

import threading

from dramatiq.brokers.redis import RedisBroker
from dramatiq.common import current_millis

#: A worker under load tells so many at once; an idle one, what there is, within a second.
TOGETHER = 8


class Acks:
    """What this process has done of one queue and Redis does not know."""

    def __init__(self, broker: RedisBroker, queue_name: str) -> None:
        self._broker = broker
        self._lock = threading.Lock()
        self._done: list[str] = []
        queue = f"{broker.namespace}:{queue_name}"
        fetched = f"{broker.namespace}:__acks__.{broker.broker_id}.{queue_name}"
        self._keys = [fetched, f"{queue}.msgs", f"{broker.namespace}:__heartbeats__"]
        self._tell = broker.client.register_script(_TELL)

    def add(self, redis_message_id: str) -> bool:
        """Note a job that is done; say whether it is time to tell."""
        with self._lock:
            self._done.append(redis_message_id)
            return len(self._done) >= TOGETHER

    def tell(self) -> None:
        """Tell Redis what is done. Raises redis.RedisError; then it waits on."""
        with self._lock:
            done, self._done = self._done, []
        if not done:
            return
        try:
            self._tell(self._keys, [current_millis(), self._broker.broker_id, *done])
        except BaseException:  # the thread may be interrupted: what is done is not forgotten
            with self._lock:
                self._done = done + self._done
            raise


#: What Dramatiq's own script does for one of them: a sign of life, and the job is forgotten if
#: it still is ours.
_TELL = """
redis.call('zadd', KEYS[3], ARGV[1], ARGV[2])
for i = 3, #ARGV do
  if redis.call('srem', KEYS[1], ARGV[i]) > 0 then
    redis.call('hdel', KEYS[2], ARGV[i])
  end
end
"""
