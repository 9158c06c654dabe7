"""One chunk of each kind of job: what workers/admin.py does within its transaction.

A step moves the job's progress and ends it when there is nothing left. It returns what to ring
for after the commit.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from models import exports, imports
from models.contact_actions import ACTIONS, GoalGone, act
from models.held_leads import count_held, drop, release
from models.job_rows import forget_chunks
from models.jobs import Job, JobStatus
from models.lead_decisions import DECISIONS, Standing
from models.selections import CHUNK, next_place
from models.taken_back import put_back_chunk
from models.undo import undo_chunk
from models.wipe import wipe
from workers import replays
from workers.failure_jobs import DELETE, RETRY, act_on_cause
from workers.leads import process_lead, send_text
from workers.ring import Job as Ring

#: Leads of one chunk: each is rung for.
LEADS = 500

Step = Callable[[Session, Job], Sequence[Ring] | None]


def step_of(job: Job) -> Step | None:
    """Return what does the next chunk of a job, None where nothing here knows how to."""
    if job.kind in ACTIONS:
        return act_on_contacts
    if job.kind in DECISIONS:
        return decide_on_lead
    return _STEPS.get(job.kind)


def act_on_contacts(session: Session, asked: Job) -> Sequence[Ring]:
    place = next_place(session, asked, CHUNK)
    if place is not None:
        try:
            act(session, asked, place.chunk)
        except GoalGone as error:
            asked.end(session, JobStatus.FAILED, str(error))
            return ()
        asked.cursor = place.cursor
    if place is None or next_place(session, asked, CHUNK) is None:
        forget_chunks(session, asked.id)
        asked.end(session, JobStatus.DONE)
    return ()


def undo(session: Session, asked: Job) -> Sequence[Ring]:
    undone = session.get_one(Job, asked.undo_of)
    if not undo_chunk(session, asked, undone):
        asked.end(session, JobStatus.DONE)
    return ()


def import_suppressions(session: Session, asked: Job) -> Sequence[Ring]:
    if asked.params["dry_run"]:
        asked.result = {"dry_run": True} | imports.foresee(session, asked)
        asked.skipped = asked.total - len(asked.failures)
        forget_chunks(session, asked.id)
        asked.end(session, JobStatus.DONE)
    elif "taken_back" in asked.params:
        put_back(session, asked)
    elif not imports.suppress_chunk(session, asked):
        asked.result = {"dry_run": False} | imports.result_of(session, asked)
        forget_chunks(session, asked.id)
        asked.end(session, JobStatus.DONE)
    return ()


def put_back(session: Session, asked: Job) -> None:
    """A canceled or failed import leaves nothing behind: its numbers are all or none."""
    why = str(asked.params["taken_back"])
    if put_back_chunk(session, asked, why):
        return
    asked.skipped = asked.total - asked.done - len(asked.failures)
    forget_chunks(session, asked.id)
    canceled = JobStatus.CANCELLED if asked.cancel_requested else JobStatus.FAILED
    asked.end(session, canceled, why)


def export(session: Session, asked: Job) -> Sequence[Ring]:
    many = exports.add_part(session, asked)
    asked.done += many
    asked.total = asked.done
    if many < exports.PART:
        asked.end(session, JobStatus.DONE)
    return ()


def decide_on_lead(session: Session, asked: Job) -> Sequence[Ring]:
    lead_id: str = asked.params["lead_id"]
    asked.total = 1
    found = Standing.of(session, asked.account_id, UUID(lead_id), lock=True)
    asked.end(session, JobStatus.DONE)
    if found is None or (against := found.against(asked.kind)):
        reason = "There is no such lead." if found is None else str(against)
        asked.failures = [{"id": lead_id, "reason": reason}]
        return ()
    asked.done = 1
    if asked.kind == "discard_lead":
        found.discard(session, asked)
        return ()
    found.retry(session, asked)
    return [(send_text if found.delivery else process_lead).message(lead_id)]


def waiting_leads(session: Session, asked: Job) -> Sequence[Ring]:
    if asked.cursor is None:
        asked.total = count_held(session, asked)
        asked.cursor = ""
    step = release if asked.kind == "activate" else drop
    moved = step(session, asked, LEADS)
    asked.done += len(moved)
    asked.total = max(asked.total, asked.done)
    if not moved:
        asked.total = asked.done  # fewer, where some found their way meanwhile
        asked.end(session, JobStatus.DONE)
    rung = {"received": process_lead, "texting": send_text}
    return [rung[status].message(str(lead_id)) for lead_id, status in moved if status in rung]


def wipe_person(session: Session, asked: Job) -> Sequence[Ring] | None:
    is_done = wipe(session, asked)
    if is_done:
        asked.done = 1
        asked.end(session, JobStatus.DONE)
    return None if is_done is None else ()


_STEPS: dict[str, Step] = {
    RETRY: act_on_cause,
    DELETE: act_on_cause,
    "undo": undo,
    "import_suppressions": import_suppressions,
    "export": export,
    "activate": waiting_leads,
    "delete_integration": waiting_leads,
    "wipe": wipe_person,
    "replay": replays.advance,
}
