"""Failed jobs: by cause, one by one. What is done about them: workers_failure_acts.py."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from sqlalchemy import select

from models.failed_jobs import FailedJob, FailedJobState
from models.failure_causes import causes
from models.failure_search import FailedJobFilter, matching
from models.failures import Failure
from models.leads import Lead
from models.many import is_one_of
from web.api.auth import Call
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.workers_failure_shapes import (
    CauseShape,
    FailedJobShape,
    WholeFailedJob,
    cause_shape,
    failed_job_fields,
    run_shape,
)
from web.problems import Problem

ONE = "/workers/failures/<failed_job_id>"

NEWEST = Order("failed jobs", (FailedJob.id,))

#: Named one by one, at most; more of one cause are an admin job.
MOST_NAMED = 200

_LARGEST_ID = 2**63 - 1

Ids = Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST_NAMED)]


class FailureQuery(PageQuery, kw_only=True, frozen=True):
    state: FailedJobState | None = None
    actor: str | None = None
    fingerprint: str | None = None
    q: str = ""


class CausesShape(msgspec.Struct):
    items: list[CauseShape]


@operation(
    "GET", "/workers/causes", Spec("List failures by actor and error", {200: CausesShape})
)
def list_causes(call: Call) -> CausesShape:
    return CausesShape([cause_shape(each) for each in causes(call.session, call.account_id)])


@operation(
    "GET",
    "/workers/failures",
    Spec("List failed jobs", {200: Page[FailedJobShape]}, query=FailureQuery),
)
def list_failed_jobs(call: Call, query: FailureQuery) -> Page[FailedJobShape]:
    jobs, next_cursor = failed_jobs(call, query)
    leads = leads_of(call, jobs)
    shapes = [FailedJobShape(**failed_job_fields(job, leads.get(job.id))) for job in jobs]
    return Page(shapes, next_cursor)


@operation("GET", ONE, Spec("Show a failed job with its runs", {200: WholeFailedJob}))
def show_failed_job(call: Call, failed_job_id: str) -> WholeFailedJob:
    job = found(call, failed_job_id)
    lead_id = leads_of(call, [job]).get(job.id)
    runs = Failure.of_message(call.session, job.message_id)
    return WholeFailedJob(
        **failed_job_fields(job, lead_id),
        lead_status=lead_status(call, lead_id),
        runs=[run_shape(run) for run in runs],
    )


def failed_jobs(call: Call, query: FailureQuery) -> tuple[list[FailedJob], str | None]:
    """Return a page of failed jobs, the newest first, and the cursor of the next page."""
    wanted = FailedJobFilter(query.state, query.actor, query.fingerprint, query.q)
    statement = matching(call.session, call.account_id, wanted)
    rows, next_cursor = page_rows(call.session, statement, NEWEST, query)
    return [row[0] for row in rows], next_cursor


def leads_of(call: Call, jobs: Sequence[FailedJob]) -> dict[int, UUID]:
    """Return the leads, by job, of those that are about a lead of the account."""
    subjects = {job.subject_id for job in jobs if job.subject_id is not None}
    mine = select(Lead.id).where(
        Lead.account_id == call.account_id, is_one_of(Lead.id, subjects)
    )
    known = set(call.session.scalars(mine)) if subjects else set()
    return {job.id: job.subject_id for job in jobs if job.subject_id in known}


def lead_status(call: Call, lead_id: UUID | None) -> str | None:
    """Return where the lead stands now: another job may have brought it on."""
    status = select(Lead.status).where(Lead.account_id == call.account_id, Lead.id == lead_id)
    found_status = call.session.scalar(status) if lead_id else None
    return found_status.value if found_status else None


def found(call: Call, failed_job_id: str) -> FailedJob:
    """Raises Problem(404)."""
    wanted = int(failed_job_id) if is_id(failed_job_id) else 0
    job = FailedJob.of_account(call.session, call.account_id, wanted)
    if job is None:
        raise Problem(404, "not-found")
    return job


def is_id(raw: str) -> bool:
    return raw.isascii() and raw.isdecimal() and int(raw[:20]) <= _LARGEST_ID
