"""What workers count in Redis stays in PostgreSQL, counted once."""

import time

import pytest
from sqlalchemy import select

import workers.rollup
from models import JobCount, autocommit, transaction
from models.job_counts import MINUTE
from workers.counts import Counts, Ending, key
from workers.rollup import roll_up_late, roll_up_recent


@pytest.fixture
def redis_here(app, valkey, monkeypatch):
    """Have the roll-up read this test's own Valkey."""
    monkeypatch.setattr("config.REDIS_URL", valkey.url)
    return valkey.client


def roll(up):
    with autocommit() as connection:
        return up(connection)


def minutes():
    query = select(JobCount).where(JobCount.span == MINUTE).order_by(JobCount.actor)
    with transaction() as session:
        return session.scalars(query).all()


def test_what_workers_counted_stays_however_often_it_is_rolled_up(redis_here):
    counts = Counts()
    counts.add("process_lead", Ending.DONE, 0.004)
    counts.add("process_lead", Ending.FAILED, 0.3)
    counts.add("send_text", Ending.EXPECTED, 99)
    counts.flush(redis_here)

    for _ in range(3):
        roll(roll_up_recent)

    lead, send = minutes()
    assert (lead.done, lead.failed, lead.expected, lead.ms) == (1, 1, 0, 304)
    assert (lead.buckets[0], sum(lead.buckets)) == (1, 2)
    assert (send.expected, send.buckets[-1], sum(send.buckets)) == (1, 1, 1)


def test_minute_that_is_told_late_is_rolled_up_by_the_seldom_sweep(redis_here):
    hour_ago = int(time.time() // 60) - 60
    redis_here.hset(key(hour_ago), mapping={"process_lead:done": 7, "process_lead:ms": 70})

    recent = roll(roll_up_recent)
    late = roll(roll_up_late)

    assert (recent, late) == (0, 1)
    assert [(row.done, row.ms) for row in minutes()] == [(7, 70)]
    assert minutes()[0].at.timestamp() == hour_ago * 60


def test_count_survives_the_loss_of_redis(redis_here):
    counts = Counts()
    for _ in range(5):
        counts.add("process_lead", Ending.DONE, 0.01)
    counts.flush(redis_here)
    roll(roll_up_recent)

    redis_here.flushall()
    counts.add("process_lead", Ending.DONE, 0.01)
    counts.flush(redis_here)
    roll(roll_up_recent)

    assert sum(row.done for row in minutes()) in {5, 6}  # 6 where a new minute has begun


def test_actor_with_a_colon_in_its_name_is_read_back(redis_here, monkeypatch):
    counts = Counts()
    counts.add("a:b", Ending.DONE, 0.01)
    counts.flush(redis_here)

    roll(workers.rollup.roll_up_recent)

    assert [row.actor for row in minutes()] == ["a:b"]
