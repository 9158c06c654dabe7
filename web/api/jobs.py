"""Jobs: what operators asked for, how far it is, and what came of each row."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from models.contact_actions import ACTIONS
from models.jobs import Job, JobStatus
from web.api.auth import Call
from web.api.job_shapes import JobShape, job_shape
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.replies import Reply
from web.problems import Problem
from workers.admin import run_job

ONE = "/jobs/<uuid:job_id>"

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
    return job_shape(_found(call, job_id))


@operation(
    "POST", f"{ONE}/cancel", Spec("Cancel a bulk action", {202: JobAsked}, problems=(409,))
)
def cancel_job(call: Call, job_id: UUID) -> Reply:
    """Stop it before its next chunk; what it has done so far stays done."""
    job = _found(call, job_id, lock=True)
    if job.kind not in ACTIONS:
        raise Problem(409, "conflict", "Only actions on many contacts can be canceled.")
    if not job.is_open:
        raise Problem(409, "conflict", "The job has ended already.")
    job.cancel_requested = True
    if job.status is JobStatus.QUEUED:
        job.end(call.session, JobStatus.CANCELLED)
    # A worker that found the row locked by this request has left it: ring once more.
    return asked(call, job)


@operation("POST", f"{ONE}/undo", Spec("Undo a job", {202: JobAsked}, problems=(409,)))
def undo_job(call: Call, job_id: UUID) -> Reply:
    job = _found(call, job_id)
    raise Problem(409, "conflict", f"A job of the kind {job.kind} cannot be undone.")


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


def _found(call: Call, job_id: UUID, *, lock: bool = False) -> Job:
    job = Job.of_account(call.session, call.account_id, job_id, lock=lock)
    if job is None:
        raise Problem(404, "not-found")
    return job
