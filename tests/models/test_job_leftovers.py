"""What ended jobs leave behind goes in its time, and not before."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from models import Job, JobChange, JobChunk, JobFile, autocommit, transaction
from models.job_leftovers import FILES_KEPT
from models.retention import forget


@pytest.fixture
def make_job(account):
    def make(kind, hours_ago, undoable_hours_ago=None, **columns):
        now = datetime.now(UTC)
        with transaction() as session:
            job = Job(
                account_id=account,
                kind=kind,
                status="done",
                ended_at=now - timedelta(hours=hours_ago),
                **columns,
            )
            if undoable_hours_ago is not None:
                job.undoable_until = now - timedelta(hours=undoable_hours_ago)
            session.add(job)
            session.flush()
            session.add_all(
                [
                    JobChunk(job_id=job.id, number=0, ids=[uuid4()]),
                    JobChange(job_id=job.id, number=0, ids=[uuid4()]),
                    JobFile(job_id=job.id, number=0, account_id=account, data=b"phone\r\n"),
                ]
            )
        return job.id

    return make


def left(job_id):
    """Count what is left of a job: chunks, changes, files."""
    with transaction() as session:
        return [
            session.query(table).filter_by(job_id=job_id).count()
            for table in (JobChunk, JobChange, JobFile)
        ]


def run():
    with autocommit() as connection:
        forget(connection)


def test_what_undo_needs_stays_as_long_as_it_may_be_asked_for(make_job):
    recent = make_job("delete", hours_ago=3, undoable_hours_ago=0.5)
    old = make_job("delete", hours_ago=3, undoable_hours_ago=2)

    run()

    assert left(recent) == [1, 1, 1]
    assert left(old) == [0, 0, 0]


def test_undo_under_way_keeps_what_it_needs(make_job):
    with transaction() as session:
        undo = Job(account_id=uuid4(), kind="undo")
        session.add(undo)
    undone = make_job("delete", hours_ago=3, undoable_hours_ago=2, undone_by=undo.id)

    run()

    assert left(undone) == [1, 1, 1]


def test_file_stays_for_a_day(make_job):
    recent, old = make_job("export", hours_ago=23), make_job("export", hours_ago=24.5)

    run()

    assert (left(recent)[2], left(old)[2]) == (1, 0)


def test_so_many_files_of_an_account_are_kept_the_newest(make_job):
    jobs = [make_job("export", hours_ago=1 + n / 10) for n in range(FILES_KEPT + 2)]

    run()

    assert [left(job)[2] for job in jobs] == [1] * FILES_KEPT + [0, 0]


def test_job_itself_stays_and_says_what_it_did(make_job):
    job_id = make_job("delete", hours_ago=30, undoable_hours_ago=29, total=1, done=1)

    run()

    with transaction() as session:
        job = session.get_one(Job, job_id)
    assert (job.done, job.forgotten_at is not None) == (1, True)
