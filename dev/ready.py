"""When a copy of the service can be used.

The web process and the simulator say so themselves. A worker cannot be asked; but the first
thing that each of its processes does with Redis leaves a sign of life there.
"""

import http.client
from urllib.parse import urlsplit

import redis

#: Dramatiq's own key: ids of whoever talked to Redis, by the time in milliseconds.
HEARTBEATS = "dramatiq:__heartbeats__"
TIMEOUT = 1.0


def answers(url: str, path: str, *, host: str | None = None, status: int = 200) -> bool:
    """Say whether a GET gets that status. `host` is the name under which it is asked."""
    port = urlsplit(url).port
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{port}"})
        return connection.getresponse().status == status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def workers_seen(redis_url: str, since: float) -> int:
    """Count who has talked to Dramatiq's queues since that time of day."""
    try:
        with redis.Redis.from_url(redis_url, socket_timeout=TIMEOUT) as client:
            seen: int = client.zcount(HEARTBEATS, int(since * 1000), "+inf")
            return seen
    except redis.RedisError:  # not up yet, or reached in a way that only the service knows
        return 0
