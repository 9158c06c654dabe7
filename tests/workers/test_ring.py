import time

import dramatiq
import pytest

import logs
import workers.broker
from workers import ring as ringing
from workers.ring import RingFailed, job, ring


@pytest.fixture
def broker(valkey_url, monkeypatch):
    monkeypatch.setattr("config.REDIS_URL", valkey_url)
    made = workers.broker.Broker([])
    made.declare_queue("leads")
    monkeypatch.setattr(ringing, "broker", made)
    yield made
    made.close()


def message(lead_id, queue="leads"):
    return dramatiq.Message(queue, "process_lead", (lead_id,), {}, {})


def test_jobs_arrive_in_the_order_in_which_they_were_rung(broker):
    ring([message(str(number)) for number in range(100)])

    consumer = broker.consume("leads", prefetch=100)
    assert [next(consumer).args for _ in range(100)] == [(str(n),) for n in range(100)]


def test_many_jobs_are_one_pipeline_with_one_bell(broker, valkey):
    ring([message("warm-up")])
    valkey.client.config_resetstat()

    ring([message(str(number)) for number in range(50)])

    stats = valkey.client.info("commandstats")
    calls = {name: stats[f"cmdstat_{name}"]["calls"] for name in ("hset", "rpush", "publish")}
    assert calls == {"hset": 1, "rpush": 1, "publish": 1}


def test_jobs_carry_the_request_they_were_made_in(broker):
    token = logs.request_id.set("req-7")
    made = job(message("1"))
    logs.request_id.reset(token)

    ring([made])

    assert next(broker.consume("leads")).options["request_id"] == "req-7"


def test_job_made_outside_a_request_carries_none(broker):
    ring([job(message("1"))])

    assert "request_id" not in next(broker.consume("leads")).options


def test_ring_of_nothing_asks_nothing_of_redis(broker, valkey):
    valkey.kill()

    ring([])


def test_ring_fails_at_once_while_redis_is_away(broker, valkey):
    valkey.kill()
    begun = time.monotonic()

    with pytest.raises(RingFailed):
        ring([message("1")])

    assert time.monotonic() - begun < 1.0


def test_ring_gives_up_on_a_slow_redis_within_its_time(broker, valkey):
    ring([message("1")])
    valkey.client.client_pause(3_000)
    begun = time.monotonic()

    with pytest.raises(RingFailed):
        ring([message("2")])

    assert time.monotonic() - begun < 1.0


def test_ring_fails_when_redis_has_no_memory_left(broker, valkey):
    valkey.client.config_set("maxmemory", "1")

    with pytest.raises(RingFailed):
        ring([message("1")])


def test_ring_works_at_once_after_redis_was_restarted(broker, valkey):
    ring([message("1")])
    valkey.kill()
    valkey.start()

    ring([message("2"), message("3")])

    assert valkey.client.llen("dramatiq:leads") == 2
