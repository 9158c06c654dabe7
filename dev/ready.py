"""When a copy of the service can be used.

The web process and the simulator say so themselves. A worker cannot be asked; but each of its
processes says in Redis that it lives, for the dashboard, and so for us.
"""

import http.client
import json
from urllib.parse import urlsplit

import redis

#: One key a worker process, which soon expires; "started_at" is a time of day in seconds.
PRESENCE = "optin:worker:*"
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
    """Count the worker processes that have begun since that time of day."""
    try:
        with redis.Redis.from_url(redis_url, socket_timeout=TIMEOUT) as client:
            said = client.mget([*client.scan_iter(PRESENCE, count=1_000), "none"])
    except redis.RedisError:  # not up yet, or reached in a way that only the service knows
        return 0
    return sum(json.loads(words)["started_at"] >= since for words in said if words)
