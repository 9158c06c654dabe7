from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

import logs
import workers.failures
from models import FailedJob, QueuePause, failure_records
from models.db import autocommit, transaction
from models.failure_records import end_lost, forget_failures
from models.failures import Failure
from tests.conftest import eventually


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


@pytest.fixture
def failed_jobs():
    """Empty the table of failed jobs; returns a look at it."""
    with transaction() as session:
        session.execute(sa.delete(FailedJob))

    def look():
        with transaction() as session:
            return session.scalars(sa.select(FailedJob).order_by(FailedJob.id)).all()

    return look


def test_job_whose_runs_all_failed_is_dead(run_job, failed_jobs):
    def stumble():
        raise ValueError("over a stone")

    sent = run_job(stumble)

    (job,) = failed_jobs()
    assert (job.message_id, job.state, job.attempts) == (sent.message_id, "dead", 2)
    assert (job.error_class, job.message) == ("builtins.ValueError", "over a stone")
    assert (job.account_id, job.subject_id, job.next_at) == (None, None, None)
    assert job.ended_at is not None


def test_job_says_when_it_runs_again_and_is_done_when_a_later_run_goes_well(
    run_job, failed_jobs
):
    waiting = []

    def stumble():
        if not waiting:
            waiting.append(None)
            raise ValueError
        waiting.extend(failed_jobs_now())

    def failed_jobs_now():
        with transaction() as session:
            return session.scalars(sa.select(FailedJob)).all()

    run_job(stumble, min_backoff=400, max_backoff=400)

    job = waiting[1]
    assert (job.state, job.attempts, job.ended_at) == ("retrying", 1, None)
    assert 0 < (job.next_at - job.last_at).total_seconds() < 1
    (job,) = failed_jobs()
    assert (job.state, job.next_at) == ("done", None)
    assert job.ended_at is not None


def test_failed_job_belongs_to_the_account_of_its_lead(story, run_job, failed_jobs, account):
    lead_id = story.post()

    def stumble(lead_id):
        raise ValueError

    run_job(stumble, lead_id, max_retries=0)

    (job,) = failed_jobs()
    assert (job.account_id, str(job.subject_id)) == (account, lead_id)


def change(**values):
    with transaction() as session:
        session.execute(sa.update(FailedJob).values(**values))


@pytest.mark.parametrize(
    "meanwhile", [{"state": "done"}, {"state": "deleted"}, {"attempts": 2}]
)
def test_retry_that_was_overtaken_is_left_out(run_job, failed_jobs, meanwhile):
    seen = []

    def stumble():
        seen.append(1)
        raise ValueError

    def overtake():
        eventually(failed_jobs)
        change(**meanwhile)

    with ThreadPoolExecutor(1) as beside:
        overtaken = beside.submit(overtake)
        run_job(stumble, min_backoff=1_500, max_backoff=1_500)
        overtaken.result()

    assert seen == [1]
    (job,) = failed_jobs()
    assert {name: getattr(job, name) for name in meanwhile} == meanwhile


def test_expected_outcome_of_a_retry_ends_the_job_too(run_job, failed_jobs):
    seen = []

    def stumble():
        seen.append(1)
        raise Expected if len(seen) > 1 else ValueError

    run_job(stumble, throws=(Expected,))

    (job,) = failed_jobs()
    assert (len(seen), job.state) == (2, "done")


def test_retry_that_never_came_is_called_dead_unless_its_queue_is_paused(run_job, failed_jobs):
    def stumble():
        raise ValueError

    run_job(stumble, max_retries=0)
    change(state="retrying", next_at=sa.func.now() - sa.text("interval '20 minutes'"))
    with transaction() as session:
        session.execute(sa.text("INSERT INTO queue_pauses (queue) VALUES ('leads')"))
    with autocommit() as connection:
        while_paused = end_lost(connection)
    with transaction() as session:
        session.execute(sa.delete(QueuePause))

    with autocommit() as connection:
        afterwards = end_lost(connection)

    assert (while_paused, afterwards) == (0, 1)
    assert failed_jobs()[0].state == "dead"


def test_old_failures_are_forgotten_and_the_newest_stay(run_job, failures, failed_jobs):
    def stumble():
        raise ValueError

    run_job(stumble, max_retries=0)
    with transaction() as session:
        session.execute(sa.update(Failure).values(at=sa.text("now() - interval '31 days'")))
    change(last_at=sa.text("now() - interval '31 days'"))
    run_job(stumble, max_retries=0, actor_name="stumble_again")

    with autocommit() as connection:
        forgotten = forget_failures(connection)

    assert forgotten == 2
    assert [each.actor for each in failures()] == ["stumble_again"]
    assert [each.actor for each in failed_jobs()] == ["stumble_again"]


def test_failures_beyond_the_bound_are_forgotten(run_job, failures, failed_jobs, monkeypatch):
    def stumble():
        raise ValueError

    for number in range(3):
        run_job(stumble, max_retries=0, actor_name=f"stumble_{number}")
    monkeypatch.setattr(failure_records, "MOST_KEPT", 1)

    with autocommit() as connection:
        failure_records.forget_failures(connection)

    assert [each.actor for each in failures()] == ["stumble_2"]
    assert [each.actor for each in failed_jobs()] == ["stumble_2"]
