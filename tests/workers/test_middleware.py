"""What surrounds a job, seen from outside of it: real Valkey, real PostgreSQL, real signals."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dramatiq
import pytest
import redis
import sqlalchemy as sa
from dramatiq.middleware import Retries
from dramatiq.worker import Worker

import logs
import workers.broker
import workers.failures
from models.db import transaction
from models.failures import Failure
from workers import counts, presence
from workers.context import RequestContext
from workers.failures import FailureRecords
from workers.vitals import Vitals


class Expected(Exception):
    pass


@pytest.fixture
def failures():
    """Empty the table of failures; returns a look at it."""
    with transaction() as session:
        session.execute(sa.delete(Failure))

    def look():
        with transaction() as session:
            return session.scalars(sa.select(Failure).order_by(Failure.id)).all()

    return look


@pytest.fixture
def broker(valkey_url, monkeypatch):
    monkeypatch.setattr("config.REDIS_URL", valkey_url)
    surrounding = [
        RequestContext(),
        Vitals(),
        FailureRecords(),
        Retries(max_retries=1, min_backoff=10, max_backoff=20),
    ]
    made = workers.broker.Broker(surrounding)
    made.worker = Worker(made, worker_threads=2, worker_timeout=100)
    yield made
    made.worker.stop(timeout=5_000)
    made.close()


def left(client):
    """Count what is not done, at one moment: a retry wanders between the two."""
    pipeline = client.pipeline(transaction=True)
    for key in ("dramatiq:leads.msgs", "dramatiq:leads.DQ.msgs"):
        pipeline.hlen(key)
    return pipeline.execute()


@pytest.fixture
def run(broker, eventually, valkey):
    """Give a function to the worker as an actor, send it one job, wait until it is done."""

    def run(function, *args, request_id=None, **options):
        actor = dramatiq.actor(function, broker=broker, queue_name="leads", **options)
        if not broker.worker.workers:
            broker.worker.start()
        given = {"request_id": request_id} if request_id else {}
        sent = actor.send_with_options(args=args, **given)
        eventually(lambda: sum(left(valkey.client)) == 0)
        return sent

    return run


def test_job_runs_under_the_request_that_asked_for_it(run):
    seen = []

    run(lambda: seen.append(logs.request_id.get()), actor_name="look", request_id="req-1")

    assert seen == ["req-1"]


def test_job_sent_by_a_job_belongs_to_the_same_request(run, broker, eventually):
    seen = []
    second = dramatiq.actor(
        lambda: seen.append(logs.request_id.get()),
        broker=broker,
        queue_name="leads",
        actor_name="second",
    )

    run(lambda: second.send() and None, actor_name="first", request_id="req-1")

    eventually(lambda: seen == ["req-1"])


def test_next_job_of_the_thread_has_nothing_of_the_request_before(run):
    seen = []
    asked = ["req-1"] * 4 + [None] * 4  # each of the two threads meets both kinds

    for number, request_id in enumerate(asked):
        run(
            lambda: seen.append(logs.request_id.get()),
            actor_name=f"look{number}",
            request_id=request_id,
        )

    assert seen == asked


def test_failed_run_is_recorded_with_all_that_finds_it_again(run, failures):
    def stumble(lead_id):
        raise ValueError(lead_id)

    sent = run(stumble, "lead-1", request_id="req-9", max_retries=0)

    (failed,) = failures()
    assert (failed.actor, failed.queue, failed.message_id) == (
        "stumble",
        "leads",
        sent.message_id,
    )
    assert failed.arguments == {"args": ["lead-1"], "kwargs": {}}
    assert (failed.attempt, failed.will_retry, failed.request_id) == (1, False, "req-9")
    assert (failed.error_class, failed.message) == ("builtins.ValueError", "lead-1")
    assert "stumble" in failed.traceback
    assert failed.at is not None


def test_every_attempt_is_recorded_and_says_whether_another_follows(run, failures):
    def stumble():
        raise ValueError

    run(stumble)

    attempts = {each.attempt: each.will_retry for each in failures()}
    assert attempts == {1: True, 2: False}


def test_retried_job_carries_no_traceback_through_redis(run, failures, broker):
    stored = []

    def stumble():
        stored.append(b"".join(broker.client.hvals("dramatiq:leads.msgs")))
        raise ValueError("+12025550142")

    run(stumble)

    assert b'"retries":1' in stored[1]
    assert b"2025550142" not in stored[1]


def test_expected_outcome_is_no_failure(run, failures):
    def refuse():
        raise Expected

    run(refuse, throws=(Expected,))

    assert failures() == []


def test_failure_keeps_no_phone_number_token_or_row(run, failures):
    def stumble():
        raise ValueError(
            "+12025550142 at /hooks/Zx3_-token\x00\nDETAIL:  Failing row contains (Jane)."
        )

    run(stumble, max_retries=0)

    (failed,) = failures()
    kept = failed.message + failed.traceback
    assert not [word for word in ("2025550142", "Zx3_-token", "Jane") if word in kept]
    assert logs.phone_ref("+12025550142") in failed.message


def test_fingerprint_is_of_the_class_and_the_function_not_of_the_words(run, failures):
    def stumble(words):
        raise ValueError(words)

    def tumble(words):
        raise ValueError(words)

    def trip(words):
        raise KeyError(words)

    run(stumble, "one", max_retries=0)
    run(stumble, "two", max_retries=0, actor_name="stumble_again")
    run(tumble, "one", max_retries=0)
    run(trip, "one", max_retries=0)

    prints = [each.fingerprint for each in failures()]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


def test_worker_goes_on_while_postgresql_is_away(run, monkeypatch, caplog):
    tried = []

    def away():
        tried.append(1)
        raise sa.exc.OperationalError("SELECT 1", {}, OSError("away"))

    monkeypatch.setattr(workers.failures, "transaction", away)

    def stumble():
        raise ValueError

    run(stumble)

    assert len(tried) == 1  # the second attempt does not wait for PostgreSQL again
    assert "A failure of stumble is only in the log: OperationalError" in caplog.messages
    seen = []
    run(lambda: seen.append(1), actor_name="next")
    assert seen == [1]


def counted(client):
    found = {}
    for key in client.scan_iter(counts.key("*")):
        for field, count in client.hgetall(key).items():
            found[field.decode()] = found.get(field.decode(), 0) + int(count)
    return found


def test_runs_are_counted_by_the_minute_and_the_counts_expire(
    run, failures, valkey, eventually
):
    def refuse():
        raise Expected

    def stumble():
        raise ValueError

    run(lambda: None, actor_name="work")
    run(refuse, throws=(Expected,))
    run(stumble)

    eventually(lambda: counted(valkey.client).get("stumble:failed") == 2)
    found = counted(valkey.client)
    assert (found["work:done"], found["refuse:expected"]) == (1, 1)
    assert sum(count for field, count in found.items() if field.startswith("work:le")) == 1
    for key in valkey.client.scan_iter(counts.key("*")):
        assert 0 < valkey.client.ttl(key) <= counts.KEPT_SECONDS


def test_counts_wait_while_redis_is_away(valkey, valkey_url):
    counter = counts.Counts()
    counter.add("work", counts.Ending.DONE, 0.004)
    valkey.kill()
    with pytest.raises(redis.ConnectionError):
        counter.flush(valkey.client)
    counter.add("work", counts.Ending.DONE, 99.0)
    valkey.start()

    counter.flush(valkey.client)

    assert counted(valkey.client) == {
        "work:done": 2,
        "work:ms": 99_004,
        "work:le5": 1,
        "work:slower": 1,
    }


def described(client):
    return [json.loads(client.get(key)) for key in client.scan_iter(presence.KEYS + "*")]


def test_worker_tells_where_it_is_and_what_it_runs_until_it_is_gone(
    run, broker, valkey, eventually
):
    seen = []

    def work():
        eventually(lambda: described(valkey.client))
        seen.append(described(valkey.client)[0]["jobs"])

    run(work)

    eventually(lambda: described(valkey.client))
    (told,) = described(valkey.client)
    assert (told["pid"], told["threads"], told["queues"]) == (os.getpid(), 2, ["leads"])
    assert told["memory"] > 1_000_000
    assert told["version"]
    (key,) = valkey.client.scan_iter(presence.KEYS + "*")
    assert 0 < valkey.client.ttl(key) <= presence.EXPIRY_SECONDS
    broker.worker.stop(timeout=5_000)
    assert described(valkey.client) == []


SLOW_JOB = """
import logging
import time

import dramatiq

from workers.connection import connect


@dramatiq.actor(queue_name="leads")
def slow_job(seconds):
    client = connect(seconds=1)
    client.set("begun", 1)
    time.sleep(seconds)
    client.set("ended", 1)
    logging.getLogger("slow").info("ended\\r\\nwell")
"""


@pytest.fixture
def worker_process(tmp_path, valkey, monkeypatch):
    """Run Dramatiq's own command with one slow actor, in a process group of its own."""
    (tmp_path / "slow_job.py").write_text(SLOW_JOB)
    root = Path(workers.__file__).parent.parent
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "dramatiq", "slow_job"),
                *("--path", tmp_path, root, "--processes", "1", "--threads", "2"),
                *("--worker-shutdown-timeout", "20000"),
            ],
            env={**os.environ, "REDIS_URL": valkey.url},
            cwd=root,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    yield process, tmp_path / "log"
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_job_in_flight_ends_when_everything_gets_sigterm_twice(
    worker_process, valkey, broker, eventually
):
    process, log = worker_process
    job = dramatiq.Message("leads", "slow_job", (3,), {}, {})
    broker.enqueue(job)
    eventually(lambda: valkey.client.get("begun"), seconds=20)
    begun = time.monotonic()

    os.killpg(process.pid, signal.SIGTERM)
    time.sleep(0.5)  # a platform's own pause between the two
    os.killpg(process.pid, signal.SIGTERM)

    assert process.wait(timeout=25) == 0, log.read_text()
    assert time.monotonic() - begun < 25
    assert valkey.client.get("ended") == b"1"
    assert valkey.client.hlen("dramatiq:leads.msgs") == 0  # it was acknowledged as well


def test_worker_process_logs_one_json_object_a_line(worker_process, valkey, broker, eventually):
    process, log = worker_process
    broker.enqueue(dramatiq.Message("leads", "slow_job", (0,), {}, {"request_id": "req-4"}))
    eventually(lambda: valkey.client.get("ended"), seconds=20)

    process.terminate()
    process.wait(timeout=25)

    lines = [line for line in log.read_text().splitlines() if '"slow"' in line]
    (told,) = map(json.loads, lines)
    assert (told["message"], told["request_id"]) == ("ended\r\nwell", "req-4")
