"""What operators ask for: one job row, done in chunks, each chunk one run of this actor.

A chunk is one transaction that also moves the job's progress, under the lock of its row: a job
that is doubled or killed goes on where the last commit left it. Then it rings for the next
chunk. An operator's cancel is looked at between chunks.
"""

import logging
from typing import Any
from uuid import UUID

import dramatiq
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models.contact_actions import ACTIONS, GoalGone, act
from models.db import transaction
from models.held_leads import count_held, drop, release
from models.jobs import Job, JobStatus
from models.lead_decisions import DECISIONS, Standing
from workers.broker import PRIORITY_ADMIN
from workers.leads import process_lead, send_text
from workers.ring import Job as Ring
from workers.ring import RingFailed, job, ring

logger = logging.getLogger(__name__)

#: Rows of one chunk: no chunk takes a second.
CHUNK = 500
#: Suppressing takes several statements a number, and holds up the claims of texts meanwhile.
SUPPRESS_CHUNK = 20


@dramatiq.actor(
    queue_name="admin",
    priority=PRIORITY_ADMIN,
    max_retries=2,
    # The database is away, or two jobs stood in each other's way: the sweeper rings again.
    throws=OperationalError,
    on_retry_exhausted="give_up_job",
)
def run_job(job_id: str) -> None:
    """Do the next chunk of a job, and ring for what follows from it."""
    with transaction() as session:
        asked = Job.claim(session, UUID(job_id))
        if asked is None:
            return
        rings = advance(session, asked)
        if asked.is_open:
            rings.append(run_job.message(job_id))
    try:
        ring([job(message) for message in rings])
    except RingFailed as error:
        logger.warning("%s", error)


@dramatiq.actor(queue_name="admin", priority=PRIORITY_ADMIN)
def give_up_job(failed: dict[str, Any], _retries: dict[str, int]) -> None:
    """End a job whose chunk fails time after time; what it has done stays done."""
    with transaction() as session:
        asked = Job.claim(session, UUID(failed["args"][0]))
        if asked is not None:
            asked.end(session, JobStatus.FAILED, "It failed several times for the same cause.")


def advance(session: Session, asked: Job) -> list[Ring]:
    """Do one chunk in the caller's transaction; return what to ring for after its commit."""
    if asked.started_at is None:
        asked.started_at = session.scalar(select(func.now()))
    asked.status = JobStatus.RUNNING
    asked.rung_at = session.scalar(select(func.clock_timestamp()))
    if asked.cancel_requested:
        asked.end(session, JobStatus.CANCELLED)
        return []
    if asked.kind in ACTIONS:
        return _contacts(session, asked)
    if asked.kind in DECISIONS:
        return _one_lead(session, asked)
    if asked.kind in {"activate", "delete_integration"}:
        return _waiting_leads(session, asked)
    asked.end(session, JobStatus.FAILED, "Nothing here knows how to do this.")
    return []


def _contacts(session: Session, asked: Job) -> list[Ring]:
    ids: list[str] = asked.params["ids"]
    at = int(asked.cursor or 0)
    chunk = ids[at : at + (SUPPRESS_CHUNK if asked.kind == "suppress" else CHUNK)]
    try:
        changed, failures = act(session, asked, chunk)
    except GoalGone as error:
        asked.end(session, JobStatus.FAILED, str(error))
        return []
    asked.done += changed
    asked.failures = [*asked.failures, *failures]
    asked.skipped += len(chunk) - changed - len(failures)
    asked.cursor = str(at + len(chunk))
    if at + len(chunk) >= len(ids):
        asked.end(session, JobStatus.DONE)
    return []


def _one_lead(session: Session, asked: Job) -> list[Ring]:
    lead_id: str = asked.params["lead_id"]
    asked.total = 1
    found = Standing.of(session, asked.account_id, UUID(lead_id), lock=True)
    asked.end(session, JobStatus.DONE)
    if found is None or (against := found.against(asked.kind)):
        reason = "There is no such lead." if found is None else str(against)
        asked.failures = [{"id": lead_id, "reason": reason}]
        return []
    asked.done = 1
    if asked.kind == "discard_lead":
        found.discard(session, asked)
        return []
    found.retry(session, asked)
    return [(send_text if found.delivery else process_lead).message(lead_id)]


def _waiting_leads(session: Session, asked: Job) -> list[Ring]:
    if asked.cursor is None:
        asked.total = count_held(session, asked)
        asked.cursor = ""
    step = release if asked.kind == "activate" else drop
    moved = step(session, asked, CHUNK)
    asked.done += len(moved)
    asked.total = max(asked.total, asked.done)
    if not moved:
        asked.total = asked.done  # fewer, where some found their way meanwhile
        asked.end(session, JobStatus.DONE)
    rung = {"received": process_lead, "texting": send_text}
    return [rung[status].message(str(lead_id)) for lead_id, status in moved if status in rung]
