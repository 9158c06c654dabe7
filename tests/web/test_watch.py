"""The watch: what stays wrong becomes an alarm; a database that was away is written down."""

import logging

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from models import Alarm, AlarmKind, transaction
from models.alarms import Finding
from web import watch as module
from web.watch import Watch
from workers.lookout import Seen

AWAY = Seen(
    {AlarmKind.REDIS_AWAY}, [Finding(AlarmKind.REDIS_AWAY, "redis", "Redis does not answer.")]
)
WELL = Seen({AlarmKind.REDIS_AWAY}, [])


@pytest.fixture
def redis(monkeypatch):
    """Say how Redis is found to be."""

    def redis(seen):
        monkeypatch.setattr(module, "look_at_redis", lambda: seen)

    redis(WELL)
    return redis


@pytest.fixture
def alarms(account):
    def alarms():
        with transaction() as session:
            return session.scalars(select(Alarm).order_by(Alarm.opened_at)).all()

    return alarms


def test_what_is_wrong_for_a_moment_raises_no_alarm(redis, alarms):
    watch = Watch(ripening=3600)

    for seen in (AWAY, AWAY, WELL):
        redis(seen)
        watch.look()

    assert alarms() == []


def test_what_stays_wrong_is_an_alarm_until_it_is_mended(redis, alarms, caplog):
    watch = Watch(ripening=0)
    redis(AWAY)

    with caplog.at_level(logging.ERROR, "workers.alarms"):
        watch.look()
        watch.look()
    opened = alarms()
    redis(WELL)
    watch.look()

    assert [(alarm.kind, alarm.closed_at) for alarm in opened] == [(AlarmKind.REDIS_AWAY, None)]
    assert len(caplog.records) == 1
    assert alarms()[0].closed_at is not None


def test_two_processes_do_not_close_what_one_of_them_found_first(redis, alarms):
    early, late = Watch(ripening=0), Watch(ripening=3600)
    redis(AWAY)

    early.look()
    late.look()

    assert [alarm.closed_at for alarm in alarms()] == [None]


def test_database_that_was_away_is_said_at_once_and_written_down_later(
    redis, alarms, caplog, monkeypatch
):
    watch = Watch()

    def away(_session):
        raise OperationalError("SELECT", {}, Exception("gone"))

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR, "web.watch"):
        patched.setattr(module, "look_at_clock", away)
        watch.look()
        watch.look()
    watch.look()
    watch.look()

    (alarm,) = alarms()
    assert alarm.kind is AlarmKind.POSTGRES_AWAY
    assert alarm.opened_at < alarm.closed_at
    assert len(caplog.records) == 1
