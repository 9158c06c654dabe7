"""What an operator has to know of Redis: how full it is, whether it keeps what it is given,
and what it does when it is full.
"""

from dataclasses import dataclass
from typing import Any

import redis

from workers.health import is_durable


@dataclass(frozen=True)
class RedisFacts:
    version: str
    uptime_seconds: int
    used_bytes: int
    most_bytes: int  # 0: no limit
    eviction_policy: str  # anything but noeviction may drop jobs
    appends: bool  # writes go into the append-only file
    appends_ok: bool  # and the last one got there
    durable: bool  # nothing that was taken is lost by a crash
    clients: int


def redis_facts(client: "redis.Redis") -> RedisFacts:
    """Ask Redis. Raises RedisError."""
    info: Any = client.info()
    return RedisFacts(
        version=str(info.get("valkey_version") or info.get("redis_version", "")),
        uptime_seconds=int(info.get("uptime_in_seconds", 0)),
        used_bytes=int(info.get("used_memory", 0)),
        most_bytes=int(info.get("maxmemory", 0)),
        eviction_policy=str(info.get("maxmemory_policy", "unknown")),
        appends=info.get("aof_enabled") == 1,
        appends_ok=info.get("aof_last_write_status", "ok") == "ok",
        durable=is_durable(client),
        clients=int(info.get("connected_clients", 0)),
    )
