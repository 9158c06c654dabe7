"""What operators ask for: one job row, done in chunks, some of them in one run of this actor.

A chunk is one transaction that also moves the job's progress, under the lock of its row: a job
that is doubled or killed goes on where the last commit left it. Then it rings for the next
ones. An operator's cancel is looked at between chunks. What a chunk of each kind does is in
workers/admin_steps.py.
"""

import logging
import time
from typing import Any
from uuid import UUID

import dramatiq
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from failpoints import failpoint
from models.db import transaction
from models.imports import KIND as IMPORT
from models.jobs import Job, JobStatus
from workers.admin_steps import step_of
from workers.broker import PRIORITY_ADMIN
from workers.ring import Job as Ring
from workers.ring import RingFailed, job, ring

logger = logging.getLogger(__name__)

#: Chunks follow each other for so long before others in the queue have their turn.
RUN_SECONDS = 0.5

GIVEN_UP = "It failed several times for the same cause."


@dramatiq.actor(
    queue_name="admin",
    priority=PRIORITY_ADMIN,
    max_retries=2,
    # The database is away, or two jobs stood in each other's way: the sweeper rings again.
    throws=OperationalError,
    on_retry_exhausted="give_up_job",
)
def run_job(job_id: str) -> None:
    """Do the next chunks of a job, and ring for what follows from them."""
    until = time.monotonic() + RUN_SECONDS
    while True:
        rings, goes_on = _run_chunk(UUID(job_id))
        if rings or not goes_on or time.monotonic() >= until:
            break
    if goes_on:
        rings.append(run_job.message(job_id))
    failpoint("job_after_commit_before_ring")
    try:
        ring([job(message) for message in rings])
    except RingFailed as error:
        logger.warning("%s", error)


def _run_chunk(job_id: UUID) -> tuple[list[Ring], bool]:
    """Return what to ring for, and whether there is more to do now."""
    with transaction() as session:
        asked = Job.claim(session, job_id)
        if asked is None:
            return [], False
        rings = advance(session, asked)
        if rings is None:
            return [], False  # it waits for something: the sweeper rings again
        failpoint("job_chunk_before_commit")
        return rings, asked.is_open


@dramatiq.actor(queue_name="admin", priority=PRIORITY_ADMIN)
def give_up_job(failed: dict[str, Any], _retries: dict[str, int]) -> None:
    """End a job whose chunk fails time after time; what it has done stays done.

    But for an import, of which all or nothing holds: it is taken back, once that is tried.
    """
    with transaction() as session:
        asked = Job.claim(session, UUID(failed["args"][0]))
        if asked is None:
            return
        if asked.kind != IMPORT or "taken_back" in asked.params:
            asked.end(session, JobStatus.FAILED, GIVEN_UP)
            return
        asked.params = asked.params | {"taken_back": GIVEN_UP}


def advance(session: Session, asked: Job) -> list[Ring] | None:
    """Do one chunk in the caller's transaction; return what to ring for after its commit.

    None: what it waits for has not come yet.
    """
    if asked.started_at is None:
        asked.started_at = session.scalar(select(func.now()))
    asked.status = JobStatus.RUNNING
    asked.rung_at = session.scalar(select(func.clock_timestamp()))
    if asked.cancel_requested and not _is_taken_back(asked):
        asked.end(session, JobStatus.CANCELLED)
        return []
    step = step_of(asked)
    if step is None:
        asked.end(session, JobStatus.FAILED, "Nothing here knows how to do this.")
        return []
    rings = step(session, asked)
    return None if rings is None else [*rings]


def _is_taken_back(asked: Job) -> bool:
    """Say whether a canceled job has to undo first what it has done: an import that began."""
    if asked.kind != IMPORT or asked.cursor is None:
        return "taken_back" in asked.params
    asked.params = {"taken_back": "The import was canceled."} | asked.params
    return True
