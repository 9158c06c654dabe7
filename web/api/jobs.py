"""Jobs: what operators asked for, how far it is, and what came of each row.

The file of an export is at `file_url`, GET /jobs/<id>/file, for a day.
"""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from models.contact_actions import ACTIONS
from models.jobs import UNDOABLE, Job, JobStatus
from models.undo import changed_by
from web.api.auth import Call
from web.api.job_shapes import JobShape, job_shape
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.replies import Reply
from web.problems import Problem
from workers.admin import run_job
from workers.failure_jobs import DELETE as DELETE_FAILED
from workers.failure_jobs import RETRY as RETRY_FAILED

ONE = "/jobs/<uuid:job_id>"

#: Those that go through many rows (rule 28). Others are about one, or follow from what stands.
CANCELABLE = frozenset(
    {*ACTIONS, "undo", "export", "import_suppressions", "replay"}
    | {RETRY_FAILED, DELETE_FAILED}
)

_NEWEST = Order("jobs", (Job.created_at, Job.id))


class JobAsked(msgspec.Struct):
    """What is answered when an action was asked for."""

    job: JobShape


@operation("GET", "/jobs", Spec("List jobs", {200: Page[JobShape]}, query=PageQuery))
def list_jobs(call: Call, query: PageQuery) -> Page[JobShape]:
    mine = select(Job).where(Job.account_id == call.account_id)
    rows, next_cursor = page_rows(call.session, mine, _NEWEST, query)
    return Page([job_shape(job) for (job,) in rows], next_cursor)


@operation("GET", ONE, Spec("Show a job", {200: JobShape}))
def show_job(call: Call, job_id: UUID) -> JobShape:
    return job_shape(found_job(call, job_id))


@operation("POST", f"{ONE}/cancel", Spec("Cancel a bulk job", {202: JobAsked}, problems=(409,)))
def cancel_job(call: Call, job_id: UUID) -> Reply:
    """Stop it before its next chunk. What it has done stays done; an import is taken back."""
    job = found_job(call, job_id, lock=True)
    if job.kind not in CANCELABLE:
        raise Problem(409, "conflict", "Only what goes through many rows can be canceled.")
    if not job.is_open:
        raise Problem(409, "conflict", "The job has ended already.")
    job.cancel_requested = True
    if job.status is JobStatus.QUEUED:
        job.end(call.session, JobStatus.CANCELLED)
    # A worker that found the row locked by this request has left it: ring once more.
    return asked(call, job)


@operation(
    "POST",
    f"{ONE}/undo",
    Spec("Undo a job", {202: JobAsked}, problems=(409,), idempotent=True),
)
def undo_job(call: Call, job_id: UUID) -> Reply:
    """Put everybody back who can be. A job that is not over yet is canceled first, or ends."""
    job = found_job(call, job_id, lock=True)
    _check_undoable(call, job)
    undoing = make_job(call, "undo", {"kind": job.kind}, changed_by(call.session, job))
    undoing.undo_of = job.id
    job.undone_by = undoing.id
    return asked(call, undoing)


def _check_undoable(call: Call, job: Job) -> None:
    """Raise Problem(409) with the reason where a job cannot be undone."""
    if job.kind not in UNDOABLE:
        raise Problem(409, "conflict", f"A job of the kind {job.kind} cannot be undone.")
    if job.is_open:
        raise Problem(409, "conflict", "The job is not over: cancel it first, or let it end.")
    if job.undone_by is not None:
        raise Problem(409, "already-undone")
    now = call.session.scalars(select(func.clock_timestamp())).one()
    if job.undoable_until is None or now >= job.undoable_until:
        raise Problem(409, "too-late")


def make_job(call: Call, kind: str, params: dict[str, Any], total: int) -> Job:
    """Store what the caller asks for, within the call's transaction."""
    job = Job(
        account_id=call.account_id,
        kind=kind,
        params=params,
        total=total,
        by_id=call.by.id,
        by_name=call.by.name,
        request_id=call.request_id,
    )
    call.session.add(job)
    call.session.flush()
    return job


def asked(call: Call, job: Job) -> Reply:
    """Answer 202 with the job, and ring for it if there is something left to do."""
    call.session.flush()
    rings = [run_job.message(str(job.id))] if job.is_open else []
    return Reply(JobAsked(job_shape(job)), 202, f"/api/v1/jobs/{job.id}", rings)


def found_job(call: Call, job_id: UUID, *, lock: bool = False) -> Job:
    job = Job.of_account(call.session, call.account_id, job_id, lock=lock)
    if job is None:
        raise Problem(404, "not-found")
    return job
