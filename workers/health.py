"""Is Redis there, and does it keep what it is given? For whoever tells the operator."""

from contextlib import closing
from typing import NamedTuple

import redis

import config
from workers.connection import connect

PATIENCE_SECONDS = 0.5

#: What Redis has to be set to so that nothing it has taken is lost by a crash.
DURABLE = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}


class RedisHealth(NamedTuple):
    reachable: bool
    durable: bool


def redis_health() -> RedisHealth:
    """Ask Redis. It has half a second for each of its answers."""
    with closing(connect(seconds=PATIENCE_SECONDS)) as client:
        try:
            client.ping()
            return RedisHealth(reachable=True, durable=is_durable(client))
        except redis.RedisError:
            return RedisHealth(reachable=False, durable=False)


def is_durable(client: "redis.Redis") -> bool:
    """Read its settings; where that is refused, the operator's word counts."""
    try:
        settings = client.config_get(*DURABLE)
    except redis.ResponseError:
        return config.REDIS_DURABLE
    return {_text(name): _text(value) for name, value in settings.items()} == DURABLE


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
