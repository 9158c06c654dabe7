"""Failed jobs that an operator has run again, with a real worker, or put away."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from models import FailedJob, Job, JobStatus, transaction
from tests.failed_jobs import add_failed_jobs
from workers import failure_jobs
from workers.admin import advance
from workers.failure_jobs import DELETE, RETRY, message_of, run_again


@pytest.fixture(autouse=True)
def _nothing_failed(app):
    """Forget what jobs of other tests have left: failures of the service are everybody's."""
    with transaction() as session:
        session.execute(sa.delete(FailedJob))


@pytest.fixture
def add_dead(app):
    def add(count, account, **fields):
        own = {
            "arguments": {"args": ["lead-1"], "kwargs": {}},
            "error_class": "ValueError",
            "message": "broke",
        }
        return add_failed_jobs(count, account, **own | fields)

    return add


def jobs():
    with transaction() as session:
        return session.scalars(sa.select(FailedJob).order_by(FailedJob.id)).all()


def ask(kind, account, up_to, fingerprint="f1"):
    params = {"actor": "process_lead", "fingerprint": fingerprint, "up_to": up_to}
    with transaction() as session:
        job = Job(account_id=account, kind=kind, params=params)
        session.add(job)
        session.flush()
        return job.id


def chunk(job_id):
    with transaction() as session:
        return advance(session, session.get_one(Job, job_id))


def row(job_id):
    with transaction() as session:
        return session.get_one(Job, job_id)


def test_dead_job_that_runs_again_keeps_its_id_and_is_done_when_it_goes_well(
    app, run_job, redis_broker, eventually
):
    wrong = [True]

    def stumble(lead_id):
        if wrong:
            raise ValueError(lead_id)

    sent = run_job(stumble, "lead-1", max_retries=0, request_id="req-9")
    wrong.clear()
    with transaction() as session:
        dead = session.scalars(sa.select(FailedJob)).one()
        (message,) = run_again(session, [dead])

    redis_broker.enqueue(message)

    eventually(lambda: jobs()[0].state == "done")
    assert message.message_id == sent.message_id
    assert message.options["request_id"] == "req-9"


def test_job_that_fails_once_more_goes_on_counting_its_runs(
    app, run_job, redis_broker, eventually
):
    def stumble():
        raise ValueError

    run_job(stumble, max_retries=0)
    with transaction() as session:
        (message,) = run_again(session, session.scalars(sa.select(FailedJob)).all())

    redis_broker.enqueue(message)

    eventually(lambda: (jobs()[0].state, jobs()[0].attempts) == ("dead", 2))


def test_all_of_one_cause_run_again_in_chunks_and_no_others(add_dead, account, monkeypatch):
    monkeypatch.setattr(failure_jobs, "CHUNK", 2)
    ids = add_dead(5, account)
    add_dead(1, account, fingerprint="f2")
    add_dead(1, uuid4())
    (late,) = add_dead(1, account)
    job_id = ask(RETRY, account, up_to=ids[-1])

    rung = [message.message_id for _ in range(3) for message in chunk(job_id)]

    job = row(job_id)
    assert (job.status, job.total, job.done, job.skipped) == (JobStatus.DONE, 5, 5, 0)
    again = [each for each in jobs() if each.state == "retrying"]
    assert [each.id for each in again] == ids
    assert rung == [each.message_id for each in again]
    assert next(each for each in jobs() if each.id == late).state == "dead"


def test_all_of_one_cause_are_put_away_and_nothing_is_rung_for(add_dead, account):
    ids = add_dead(3, account)
    job_id = ask(DELETE, account, up_to=ids[-1])

    rung = chunk(job_id)

    assert rung == []
    assert {each.state for each in jobs()} == {"deleted"}
    assert (row(job_id).status, row(job_id).done) == (JobStatus.DONE, 3)


def test_those_that_somebody_else_took_meanwhile_are_skipped(add_dead, account, monkeypatch):
    monkeypatch.setattr(failure_jobs, "CHUNK", 2)
    ids = add_dead(4, account)
    job_id = ask(DELETE, account, up_to=ids[-1])
    chunk(job_id)
    with transaction() as session:
        session.get_one(FailedJob, ids[3]).state = "done"

    chunk(job_id)

    job = row(job_id)
    assert (job.status, job.total, job.done, job.skipped) == (JobStatus.DONE, 4, 3, 1)


@pytest.mark.parametrize("kind", [RETRY, DELETE])
def test_rule_28_canceled_job_stops_between_chunks(api, add_dead, monkeypatch, kind):
    monkeypatch.setattr(failure_jobs, "CHUNK", 2)
    ids = add_dead(5, api.account_id)
    job_id = ask(kind, api.account_id, up_to=ids[-1])
    chunk(job_id)

    answer = api.post(f"/jobs/{job_id}/cancel")
    chunk(job_id)

    job = row(job_id)
    assert answer.status_code == 202
    assert (job.status, job.total, job.done, job.skipped) == (JobStatus.CANCELLED, 5, 2, 3)
    assert [each.state for each in jobs()].count("dead") == 3


def test_message_carries_how_many_runs_failed(add_dead, account):
    add_dead(1, account)

    message = message_of(jobs()[0])

    assert (message.args, message.options) == (("lead-1",), {"failed_runs": 4})
