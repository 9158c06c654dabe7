"""Queues and workers as Redis shows them, with real jobs and real workers."""

import time

import dramatiq
import pytest

import workers.queues
from workers.queues import look, queue_names, queues_seen, workers_seen


@pytest.fixture
def actor(our_broker):
    """An actor of which nobody runs a job."""

    def work(name):
        raise AssertionError(name)

    made = dramatiq.actor(work, broker=our_broker, queue_name="leads", actor_name="work")
    yield made
    our_broker.close()


def only(client):
    (seen,) = queues_seen(client, ["leads"])
    return seen


def test_depth_delay_and_the_age_of_the_oldest_are_told(actor, our_broker, valkey):
    old = actor.message("old").copy(message_timestamp=int(time.time() * 1000) - 90_000)
    our_broker.enqueue(old)
    actor.send("new")
    actor.send_with_options(args=("later",), delay=60_000)

    seen = only(valkey.client)

    assert (seen.ready, seen.running, seen.delayed, seen.dead_letters) == (2, 0, 1, 0)
    assert 90 <= seen.oldest_seconds < 95


def test_job_that_a_worker_has_fetched_is_running(actor, our_broker, valkey):
    actor.send("one")
    actor.send("two")
    our_broker.do_fetch("leads", 1)

    seen = only(valkey.client)

    assert (seen.ready, seen.running) == (1, 1)


def test_job_that_was_given_up_is_a_dead_letter(run_job, valkey, eventually):
    def stumble():
        raise ValueError

    run_job(stumble, max_retries=0)

    eventually(lambda: only(valkey.client).dead_letters == 1)


def test_empty_queue_has_no_oldest_job(valkey):
    assert only(valkey.client).oldest_seconds is None


def test_stranger_at_the_head_of_a_queue_has_no_age(valkey):
    valkey.client.rpush("dramatiq:leads", "stranger")
    valkey.client.hset("dramatiq:leads.msgs", "stranger", b"\x00 no message")

    seen = only(valkey.client)

    assert (seen.ready, seen.oldest_seconds) == (1, None)


def test_worker_is_seen_while_it_lives_and_says_what_it_runs(
    run_job, redis_broker, valkey, eventually
):
    seen = []

    def work():
        eventually(lambda: [each for each in workers_seen(valkey.client) if each.jobs])
        seen.extend(workers_seen(valkey.client))

    run_job(work)

    assert [job.actor for job in seen[0].jobs] == ["work"]
    assert (seen[0].threads, seen[0].queues, seen[0].paused) == (2, ["leads"], [])
    redis_broker.worker.stop(timeout=5_000)
    assert workers_seen(valkey.client) == []


def test_every_queue_of_ours_is_looked_at_and_those_without_a_worker_are_named(
    valkey, monkeypatch
):
    monkeypatch.setattr("config.REDIS_URL", valkey.url)

    seen = look()

    assert queue_names() == ["admin", "leads", "receipts", "sms", "sweeps"]
    assert [queue.name for queue in seen.queues] == queue_names()
    assert seen.unattended() == queue_names()
    assert seen.redis.used_bytes > 100_000
    assert (seen.redis.appends, seen.redis.durable) == (False, False)
    assert seen.redis.eviction_policy == "noeviction"


def test_redis_that_is_away_is_told_by_nothing(monkeypatch):
    monkeypatch.setattr("config.REDIS_URL", "redis://127.0.0.1:1/0")

    assert workers.queues.look() is None


def test_last_finished_jobs_are_listed_the_last_one_first(run_job, valkey, eventually):
    run_job(lambda lead_id: None, "lead-1", actor_name="first")
    run_job(lambda: None, actor_name="second", request_id="req-9")

    found = []

    def both():
        found[:] = workers.queues.finished_jobs(valkey.client)
        return len(found) == 2

    eventually(both)
    second, first = found
    assert (first.actor, first.argument, first.ending) == ("first", "lead-1", "done")
    assert (second.actor, second.argument, second.request_id) == ("second", None, "req-9")
    assert workers.queues.finished_jobs(valkey.client, "first") == [first]
