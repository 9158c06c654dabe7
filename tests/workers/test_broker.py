import dramatiq
import pytest
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed

import workers.broker
from workers.connection import connect


@pytest.fixture
def broker(valkey_url, monkeypatch):
    monkeypatch.setattr("config.REDIS_URL", valkey_url)
    made = workers.broker.Broker([])
    made.declare_queue("leads")
    yield made
    made.close()


def message(**options):
    return dramatiq.Message("leads", "process_lead", ("id-1",), {}, options)


def test_stock_worker_can_read_what_our_broker_sent(broker, valkey_url):
    sent = broker.enqueue(message())

    consumer = RedisBroker(url=valkey_url).consume("leads")
    assert next(consumer).asdict() == sent.asdict()


def test_job_sent_is_stored_exactly_as_stock_stores_it(broker, valkey_url, valkey):
    stock = RedisBroker(url=valkey_url)
    stock.declare_queue("leads")

    ours, theirs = broker.enqueue(message()), stock.enqueue(message())

    ids = [sent.options["redis_message_id"].encode() for sent in (ours, theirs)]
    assert valkey.client.lrange("dramatiq:leads", 0, -1) == ids
    assert valkey.client.hgetall("dramatiq:leads.msgs") == dict(
        zip(ids, (ours.encode(), theirs.encode()), strict=True)
    )


def test_delayed_job_goes_to_the_delay_queue_with_its_time(broker, valkey):
    sent = broker.enqueue(message(), delay=60_000)

    assert "eta" in sent.options
    assert valkey.client.llen("dramatiq:leads.DQ") == 1


def test_job_sent_rings_the_bell_of_its_queue(broker, valkey):
    bell = valkey.client.pubsub(ignore_subscribe_messages=True)
    bell.subscribe(broker.channel("leads"))
    bell.get_message(timeout=1)

    broker.enqueue(message())

    assert bell.get_message(timeout=1)["channel"] == broker.channel("leads").encode()
    bell.close()


def test_job_sent_after_redis_forgot_its_scripts_arrives_once(broker, valkey):
    broker.enqueue(message())
    valkey.client.script_flush()

    broker.enqueue(message())

    assert valkey.client.llen("dramatiq:leads") == 2


def test_job_sent_while_redis_is_away_says_so_and_works_again_afterwards(broker, valkey):
    broker.enqueue(message())
    valkey.kill()

    with pytest.raises(ConnectionClosed):
        broker.enqueue(message())

    valkey.start()
    broker.enqueue(message())
    assert valkey.client.llen("dramatiq:leads") == 1


def test_redis_without_memory_is_an_unreachable_redis(broker, valkey):
    valkey.client.config_set("maxmemory", "1")

    with pytest.raises(ConnectionClosed):
        broker.enqueue(message())


def test_enqueue_is_never_tried_twice(broker, valkey):
    valkey.client.client_pause(1_000)

    with pytest.raises(ConnectionClosed):
        broker.enqueue(message())

    valkey.client.client_unpause()
    broker.enqueue(message())
    assert valkey.client.llen("dramatiq:leads") <= 2  # Redis may have taken the first as well


def test_certificate_goes_unchecked_only_where_the_operator_says_so(monkeypatch):
    monkeypatch.setattr("config.REDIS_URL", "rediss://:pw@redis.example:6380/0")

    strict = connect(seconds=1).get_connection_kwargs()
    monkeypatch.setattr("config.REDIS_TLS_VERIFY", False)
    lenient = connect(seconds=1).get_connection_kwargs()

    assert "ssl_cert_reqs" not in strict
    assert lenient["ssl_cert_reqs"] == "none"


def test_client_waits_no_longer_than_it_was_told(valkey_url, valkey, monkeypatch):
    monkeypatch.setattr("config.REDIS_URL", valkey_url)
    client = connect(seconds=0.1)
    client.ping()
    valkey.client.client_pause(2_000)

    with pytest.raises(redis.TimeoutError):
        client.ping()


def test_jobs_of_leads_run_before_texts_before_sweeps_before_actions():
    order = [
        workers.broker.PRIORITY_LEADS,
        workers.broker.PRIORITY_SMS,
        workers.broker.PRIORITY_SWEEPS,
        workers.broker.PRIORITY_ADMIN,
    ]

    assert order == sorted(order)
    assert workers.broker.PRIORITY_RECEIPTS == workers.broker.PRIORITY_LEADS


def test_no_job_is_interrupted_in_the_middle_of_a_call():
    kinds = {type(each).__name__ for each in workers.broker.broker.middleware}

    assert not kinds & {"TimeLimit", "ShutdownNotifications", "Results", "Prometheus"}
