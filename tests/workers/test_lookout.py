"""The look-out: Redis away or not durable, unattended queues, a full spool, a dead clock."""

import json

import pytest
from sqlalchemy import text

from models import AlarmKind, transaction
from workers import clock
from workers.lookout import QUEUES, look_at_clock, look_at_redis
from workers.spool import BROKEN, SPOOL


@pytest.fixture
def redis(valkey, monkeypatch):
    """An empty Valkey of this test's own, durable but for its append-only file."""
    monkeypatch.setattr("config.REDIS_URL", valkey.url)
    return valkey


@pytest.fixture
def worker(redis):
    def worker(*queues):
        said = json.dumps({"queues": queues})
        redis.client.set(f"optin:worker:{'-'.join(queues)}", said, ex=20)

    return worker


def subjects(seen, kind):
    return {finding.subject for finding in seen.found if finding.kind is kind}


def test_redis_that_is_gone_is_all_that_can_be_told(redis):
    redis.kill()

    seen = look_at_redis()

    assert seen.kinds == {AlarmKind.REDIS_AWAY}
    assert subjects(seen, AlarmKind.REDIS_AWAY) == {"redis"}


def test_redis_that_keeps_nothing_is_found(redis):
    seen = look_at_redis()

    assert subjects(seen, AlarmKind.REDIS_NOT_DURABLE) == {"redis"}
    assert AlarmKind.REDIS_AWAY in seen.kinds


def test_durable_redis_with_all_its_workers_is_well(redis, worker):
    redis.client.config_set("appendonly", "yes")
    redis.client.config_set("appendfsync", "always")
    redis.client.config_set("maxmemory-policy", "noeviction")
    worker("leads", "sms", "receipts")
    worker("admin", "sweeps")

    assert look_at_redis().found == []


def test_queue_that_no_worker_consumes_is_found(redis, worker):
    worker("leads", "receipts")
    worker("admin", "sweeps")

    seen = look_at_redis()

    assert subjects(seen, AlarmKind.NO_WORKER) == {"sms"}
    assert "No worker consumes sms: texts that had to wait are not sent." in {
        finding.detail for finding in seen.found
    }


def test_nobody_at_all_leaves_every_queue_unattended(redis):
    assert subjects(look_at_redis(), AlarmKind.NO_WORKER) == set(QUEUES)


def test_spool_that_is_not_drained_and_what_was_put_aside_are_found(redis):
    for stream in (SPOOL, BROKEN):
        redis.client.xadd(stream, {"entry": "{}"})

    assert subjects(look_at_redis(), AlarmKind.SPOOL) == {"spool", "put aside"}


@pytest.fixture
def schedules(app):
    """Know the sweeps; then set both times of all of them to so long ago."""
    clock.make_known()

    def schedules(due, done):
        with transaction() as session:
            session.execute(
                text("""
                    UPDATE schedules SET next_at = now() - CAST(:due AS interval),
                                         last_at = now() - CAST(:done AS interval)
                """),
                {"due": due, "done": done},
            )
            return look_at_clock(session).found

    return schedules


def test_clock_that_rings_and_sweeps_that_are_done_are_well(schedules):
    assert schedules(due="-1 second", done="1 second") == []


@pytest.mark.parametrize(
    ("due", "done", "subject"),
    [("1 minute", "1 minute", "clock"), ("0 seconds", "2 minutes", "sweeps")],
)
def test_clock_that_stopped_is_told_from_sweeps_that_nobody_does(schedules, due, done, subject):
    (finding,) = schedules(due=due, done=done)

    assert (finding.kind, finding.subject) == (AlarmKind.CLOCK, subject)
