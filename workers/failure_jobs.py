"""What an operator does about failed jobs: have them run again, or put them away.

A job that runs again keeps its id; its message says how many runs failed before, so that a
copy still waiting for its time is left out (failures.py). One or a few are done at once; all
of one cause are an admin job, in chunks.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from dramatiq import Message
from dramatiq.common import current_millis
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.failed_jobs import FailedJob, FailedJobState
from models.failure_causes import count_dead
from models.jobs import Job, JobStatus
from workers.failures import FAILED_RUNS
from workers.ring import Job as Ring

RETRY = "retry_failed_jobs"
DELETE = "delete_failed_jobs"

CHUNK = 500


def run_again(session: Session, jobs: Sequence[FailedJob]) -> list[Ring]:
    """Note that these run again; return what to ring for after the commit."""
    now = session.scalar(select(func.now())) or datetime.now(UTC)
    for job in jobs:
        job.run_again(now)
    return [message_of(job) for job in jobs]


def put_away(session: Session, jobs: Sequence[FailedJob]) -> None:
    now = session.scalar(select(func.now())) or datetime.now(UTC)
    for job in jobs:
        job.put_away(now)


def message_of(job: FailedJob) -> Ring:
    """Make the message of a job once more. It gets as many retries as a new one."""
    request = {"request_id": job.request_id} if job.request_id else {}
    return Message(
        queue_name=job.queue,
        actor_name=job.actor,
        args=tuple(job.arguments["args"]),
        kwargs=job.arguments["kwargs"],
        options={FAILED_RUNS: job.attempts, **request},
        message_id=job.message_id,
        message_timestamp=current_millis(),
    )


def act_on_cause(session: Session, asked: Job) -> list[Ring]:
    """Do one chunk of an admin job about all dead jobs of one cause."""
    cause = (asked.params["actor"], asked.params["fingerprint"])
    up_to: int = asked.params["up_to"]  # what fails later, nobody has seen yet
    if asked.cursor is None:
        asked.total = asked.matched = count_dead(session, asked.account_id, cause, up_to)
        asked.cursor = ""
    jobs = _dead(session, asked, cause, up_to)
    rings = run_again(session, jobs) if asked.kind == RETRY else []
    if asked.kind == DELETE:
        put_away(session, jobs)
    asked.done += len(jobs)
    if len(jobs) < CHUNK:
        asked.skipped = max(0, asked.total - asked.done)  # others were faster
        asked.total = asked.done + asked.skipped
        asked.end(session, JobStatus.DONE)
    return rings


def _dead(
    session: Session, asked: Job, cause: tuple[str, str], up_to: int
) -> Sequence[FailedJob]:
    query = select(FailedJob).where(
        FailedJob.seen_by(asked.account_id),
        FailedJob.actor == cause[0],
        FailedJob.fingerprint == cause[1],
        FailedJob.state == FailedJobState.DEAD,
        FailedJob.id <= up_to,
    )
    chunk = query.order_by(FailedJob.id).limit(CHUNK).with_for_update(skip_locked=True)
    return session.scalars(chunk).all()
