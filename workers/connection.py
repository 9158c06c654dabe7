"""One way to reach Redis: from REDIS_URL, with short time-outs, trying everything once."""

from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

import config


def connect(*, seconds: float) -> "redis.Redis":
    """Make a client that gives every connect and every answer at most *seconds*.

    Nothing is tried twice: a repeated enqueue doubles a job, a repeated fetch strands a
    batch. Nothing is sent until the client is used.
    """
    return redis.Redis.from_url(
        config.REDIS_URL,
        socket_connect_timeout=seconds,
        socket_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
        protocol=2,  # RESP3 brings only pushed maintenance notices, and a longer hand-shake
        **_transport(),
    )


def _transport() -> dict[str, Any]:
    if config.REDIS_URL.startswith("unix://"):
        return {}
    options: dict[str, Any] = {"socket_keepalive": True}
    if config.REDIS_URL.startswith("rediss://") and not config.REDIS_TLS_VERIFY:
        # Heroku signs its Redis certificates itself; the operator has said so.
        options |= {"ssl_cert_reqs": "none", "ssl_check_hostname": False}
    return options
