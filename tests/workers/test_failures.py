import pytest
import sqlalchemy as sa

import logs
import workers.failures
from models.db import transaction
from models.failures import Failure


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


def test_failed_run_is_recorded_with_all_that_finds_it_again(run_job, failures):
    def stumble(lead_id):
        raise ValueError(lead_id)

    sent = run_job(stumble, "lead-1", request_id="req-9", max_retries=0)

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


def test_every_attempt_is_recorded_and_says_whether_another_follows(run_job, failures):
    def stumble():
        raise ValueError

    run_job(stumble)

    attempts = {each.attempt: each.will_retry for each in failures()}
    assert attempts == {1: True, 2: False}


def test_retried_job_carries_no_traceback_through_redis(run_job, failures, redis_broker):
    stored = []

    def stumble():
        stored.append(b"".join(redis_broker.client.hvals("dramatiq:leads.msgs")))
        raise ValueError("+12025550142")

    run_job(stumble)

    assert b'"retries":1' in stored[1]
    assert b"2025550142" not in stored[1]


def test_expected_outcome_is_no_failure(run_job, failures):
    def refuse():
        raise Expected

    run_job(refuse, throws=(Expected,))

    assert failures() == []


def test_failure_keeps_no_phone_number_token_or_row(run_job, failures):
    def stumble():
        raise ValueError(
            "+12025550142 at /hooks/Zx3_-token\x00\nDETAIL:  Failing row contains (Jane)."
        )

    run_job(stumble, max_retries=0)

    (failed,) = failures()
    kept = failed.message + failed.traceback
    assert not [word for word in ("2025550142", "Zx3_-token", "Jane") if word in kept]
    assert logs.phone_ref("+12025550142") in failed.message


def test_fingerprint_is_of_the_class_and_the_function_not_of_the_words(run_job, failures):
    def stumble(words):
        raise ValueError(words)

    def tumble(words):
        raise ValueError(words)

    def trip(words):
        raise KeyError(words)

    run_job(stumble, "one", max_retries=0)
    run_job(stumble, "two", max_retries=0, actor_name="stumble_again")
    run_job(tumble, "one", max_retries=0)
    run_job(trip, "one", max_retries=0)

    prints = [each.fingerprint for each in failures()]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


def test_worker_goes_on_while_postgresql_is_away(run_job, monkeypatch, caplog):
    tried = []

    def away():
        tried.append(1)
        raise sa.exc.OperationalError("SELECT 1", {}, OSError("away"))

    monkeypatch.setattr(workers.failures, "transaction", away)

    def stumble():
        raise ValueError

    run_job(stumble)

    assert len(tried) == 1  # the second attempt does not wait for PostgreSQL again
    assert "A failure of stumble is only in the log: OperationalError" in caplog.messages
    seen = []
    run_job(lambda: seen.append(1), actor_name="next")
    assert seen == [1]
