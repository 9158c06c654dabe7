"""Minutes, hours and days of jobs: written again and again, counted once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from models import JobCount, autocommit, transaction
from models.job_counts import BUCKETS_MS, DAY, HOUR, MINUTE, Counted, forget_old, keep_minutes

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SLOTS = len(BUCKETS_MS) + 1


def minute(at, done=1, actor="process_lead", failed=0, bucket=2):
    buckets = [0] * SLOTS
    buckets[bucket] = done + failed
    return Counted(at, actor, done, 0, failed, 20 * done, buckets)


@pytest.fixture
def keep(app):
    def keep(*minutes):
        with autocommit() as connection:
            keep_minutes(connection, minutes)

    return keep


def rows(span):
    query = select(JobCount).where(JobCount.span == span).order_by(JobCount.at, JobCount.actor)
    with transaction() as session:
        return session.scalars(query).all()


def test_minute_that_is_rolled_up_twice_counts_once(keep):
    keep(minute(NOON, done=3))

    keep(minute(NOON, done=3))

    for span in (MINUTE, HOUR, DAY):
        (row,) = rows(span)
        assert (row.done, row.ms, row.buckets[2]) == (3, 60, 3)


def test_minute_grows_and_what_redis_has_forgotten_stays(keep):
    keep(minute(NOON, done=3, bucket=2))
    keep(minute(NOON, done=5, bucket=2))

    keep(minute(NOON, done=1, failed=4, bucket=7))

    (row,) = rows(MINUTE)
    assert (row.done, row.failed, row.buckets[2], row.buckets[7]) == (5, 4, 5, 5)


def test_hours_and_days_are_the_sum_of_their_minutes(keep):
    keep(*(minute(NOON + timedelta(minutes=number), done=2) for number in range(90)))
    keep(minute(NOON - timedelta(hours=13), done=7))

    keep(minute(NOON + timedelta(minutes=89), done=10))

    assert [(row.at, row.done) for row in rows(HOUR)] == [
        (NOON - timedelta(hours=13), 7),
        (NOON, 120),
        (NOON + timedelta(hours=1), 68),
    ]
    assert [(row.at.day, row.done, row.buckets[2]) for row in rows(DAY)] == [
        (3, 7, 7),
        (4, 188, 188),
    ]


def test_actors_are_counted_apart(keep):
    keep(minute(NOON, done=2), minute(NOON, done=5, actor="send_text"))

    assert [(row.actor, row.done) for row in rows(DAY)] == [
        ("process_lead", 2),
        ("send_text", 5),
    ]


def test_minutes_are_forgotten_and_days_are_not(keep):
    keep(minute(NOON))
    with transaction() as session:
        session.execute(text("UPDATE job_counts SET at = now() - interval '40 days'"))

    with autocommit() as connection:
        assert forget_old(connection) == 2

    assert rows(MINUTE) == rows(HOUR) == []
    assert len(rows(DAY)) == 1
