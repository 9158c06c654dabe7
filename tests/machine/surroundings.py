"""What has to be otherwise for the machine: a Redis that keeps every write, and no hurry."""

from typing import Any

import redis

import config
from workers import redis_run

DURABLE = {"appendonly": "yes", "appendfsync": "always"}


def durable_redis() -> Any:
    """Have the tests' Redis keep every write, as Path F asks; return what undoes it."""
    client = redis.Redis.from_url(config.REDIS_URL, decode_responses=True)
    before = client.config_get(*DURABLE)
    _configure(client, DURABLE)

    def undo() -> None:
        _forget_client()
        client.flushall()
        _configure(client, before)
        client.close()

    return undo


def without_hurry(monkeypatch: Any) -> None:
    """Take the short deadlines away: a busy machine is not an outage here."""
    for name in (
        *("models.budget.BUDGET_SECONDS", "models.budget.CHECKOUT_SECONDS"),
        *("web.twilio.PATIENCE_SECONDS", "workers.redis_run.SECONDS"),
    ):
        monkeypatch.setattr(name, 60.0)
    _forget_client()


def _forget_client() -> None:
    redis_run._local.__dict__.clear()  # noqa: SLF001  (made with its deadline, once a thread)


def _configure(client: Any, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        client.config_set(name, value)
    redis_run._local.__dict__.pop("durable", None)  # noqa: SLF001  (asked once a run)
