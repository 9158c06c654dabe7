"""Acknowledging together: nothing is forgotten, and what ran twice was allowed to."""

import dramatiq
import pytest
import redis

from workers.acks import TOGETHER, Acks

QUEUE, MESSAGES = "dramatiq:leads", "dramatiq:leads.msgs"


@pytest.fixture
def fetched(our_broker):
    """Jobs of a queue that this process has fetched and not acknowledged: their ids."""
    our_broker.declare_queue("leads")
    ids = []
    for number in range(TOGETHER):
        job = our_broker.enqueue(dramatiq.Message("leads", "note", (number,), {}, {}))
        ids.append(job.options["redis_message_id"])
    our_broker.do_fetch("leads", TOGETHER)
    return ids


@pytest.fixture
def acks(our_broker):
    return Acks(our_broker, "leads")


def own(our_broker):
    return f"dramatiq:__acks__.{our_broker.broker_id}.leads"


def test_jobs_that_are_done_are_told_together(our_broker, acks, fetched, valkey):
    is_time = [acks.add(each) for each in fetched]

    assert is_time == [False] * (TOGETHER - 1) + [True]
    assert valkey.client.hlen(MESSAGES) == TOGETHER
    acks.tell()
    assert valkey.client.hlen(MESSAGES) == 0
    assert valkey.client.scard(own(our_broker)) == 0


def test_job_that_is_not_done_stays_ours(our_broker, acks, fetched, valkey):
    acks.add(fetched[0])

    acks.tell()

    assert valkey.client.smembers(own(our_broker)) == {each.encode() for each in fetched[1:]}
    assert valkey.client.hlen(MESSAGES) == TOGETHER - 1


def test_job_that_another_worker_was_given_meanwhile_is_left_to_it(
    our_broker, acks, fetched, valkey
):
    our_broker.do_requeue("leads", fetched[0])
    acks.add(fetched[0])

    acks.tell()

    assert valkey.client.lrange(QUEUE, 0, -1) == [fetched[0].encode()]
    assert valkey.client.hexists(MESSAGES, fetched[0])


def test_what_could_not_be_told_waits_until_redis_is_back(
    our_broker, acks, fetched, valkey, eventually
):
    for each in fetched:
        acks.add(each)
    valkey.client.config_set("maxmemory", "1")
    with pytest.raises(redis.RedisError):
        acks.tell()

    valkey.client.config_set("maxmemory", "0")
    acks.tell()

    assert valkey.client.hlen(MESSAGES) == 0


def test_telling_is_a_sign_of_life(our_broker, acks, fetched, valkey):
    valkey.client.delete("dramatiq:__heartbeats__")
    acks.add(fetched[0])

    acks.tell()

    assert valkey.client.zscore("dramatiq:__heartbeats__", our_broker.broker_id)


def test_idle_worker_tells_of_a_single_job_within_a_second(line, valkey, eventually):
    line.actor.send("alone")
    eventually(lambda: line.names() == ["alone"])

    eventually(lambda: valkey.client.hlen(MESSAGES) == 0, seconds=3)


def test_job_done_while_redis_refuses_is_told_when_it_is_back(line, valkey, eventually):
    line.release.clear()
    line.actor.send("1")
    eventually(lambda: line.names() == ["1"])
    before = line.worker.consumers["leads"].consumer
    valkey.client.config_set("maxmemory", "1")
    line.release.set()
    eventually(lambda: line.worker.consumers["leads"].consumer is not before, seconds=10)

    valkey.client.config_set("maxmemory", "0")

    eventually(lambda: valkey.client.hlen(MESSAGES) == 0, seconds=10)
    assert line.names() == ["1"]


def test_worker_that_stops_tells_what_is_done(line, valkey, eventually):
    line.actor.send("last")
    eventually(lambda: line.names() == ["last"])

    line.worker.stop(timeout=5_000)

    assert valkey.client.hlen(MESSAGES) == 0
