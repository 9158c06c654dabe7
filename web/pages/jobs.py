"""Activity, jobs: what was asked for and by whom, how far it is, and what came of each row."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, literal, select, tuple_

from models.contact_actions import ACTIONS
from models.jobs import Job
from models.many import is_one_of
from web.api.job_files import download_file
from web.api.job_shapes import JobShape, job_shape
from web.api.jobs import CANCELABLE, JobAsked, cancel_job, list_jobs, show_job, undo_job
from web.api.pages import PageQuery
from web.api.replies import Reply
from web.api.schema import read_query
from web.pages.contacts_outcome import Outcome
from web.pages.frame import page
from web.pages.from_api import carry_out, ids_of, sent
from web.pages.rendering import back_to, for_htmx, fragment, render, url_with
from web.pages.tones import JOB_TONES
from web.pages.visit import Visit

bp = Blueprint("pages_jobs", __name__)

HERE = "/activity/jobs"
ONE = f"{HERE}/<uuid:job_id>"

MOST_NEW = 99
#: Rows that failed are shown so far; /api/v1/jobs/<id> has all of them.
MOST_FAILURES = 200

#: What was asked for, where the kind alone would not read well.
_TITLES = {
    "move_to_group": "Move to a group",
    "remove_from_group": "Remove from a group",
    "add_label": "Add a label",
    "remove_label": "Remove a label",
    "delete": "Delete contacts",
    "suppress": "Suppress contacts",
    "regenerate_url": "Regenerate the endpoint URL",
    "replay": "Replay rejections",
    "retry_lead": "Retry a lead",
    "discard_lead": "Discard a lead",
}


@dataclass(frozen=True)
class Shown:
    """What a page of jobs shows."""

    jobs: Sequence[JobShape]
    next_cursor: str | None
    new: int
    poll: str


@bp.app_template_filter("job_title")
def title_of(job: JobShape) -> str:
    words = _TITLES.get(job.kind) or job.kind.replace("_", " ").capitalize()
    return f"{words}: {job.goal.name}" if job.goal else words


@page(bp, HERE)
def show_jobs(visit: Visit) -> ResponseReturnValue:
    query = read_query(PageQuery, sent())
    polled = for_htmx() and "shown" in request.args
    shown = _as_they_are_now(visit, query) if polled else _first_sight(visit, query)
    values = {"shown": shown, "tones": JOB_TONES, "cursor": query.cursor}
    return fragment("_jobs.html", **values) if polled else render("jobs.html", **values)


@page(bp, ONE)
def show_one(visit: Visit, job_id: UUID) -> ResponseReturnValue:
    job = show_job(visit.call(), job_id)
    outcome = Outcome(job)
    values = {
        "job": job,
        "outcome": outcome,
        "may_cancel": outcome.is_open and job.kind in CANCELABLE,
        "failures": job.failures[:MOST_FAILURES],
        "failures_at": _failures_at(job),
        "tones": JOB_TONES,
    }
    return fragment("_job.html", **values) if for_htmx() else render("job.html", **values)


@page(bp, f"{ONE}/cancel", "POST")
def cancel(visit: Visit, job_id: UUID) -> ResponseReturnValue:
    return _asked(visit, cancel_job(visit.call(), job_id), "canceled a job")


@page(bp, f"{ONE}/undo", "POST")
def undo(visit: Visit, job_id: UUID) -> ResponseReturnValue:
    """Lead to the job that puts things back, which tells what could not be."""
    return _asked(visit, undo_job(visit.call(), job_id), "undid a job")


@page(bp, f"{ONE}/file")
def download(visit: Visit, job_id: UUID) -> Response:
    """The file that an export has made."""
    return download_file(visit.call(), job_id)


def _failures_at(job: JobShape) -> str | None:
    """Where the rows that failed have pages of their own."""
    if job.kind in ACTIONS:
        return "/contacts"
    places = {"replay": "/activity/rejections", "undo": "/contacts"}
    return places.get(job.kind)


def _asked(visit: Visit, reply: Reply, verb: str) -> ResponseReturnValue:
    carry_out(visit, reply)
    if not isinstance(reply.shape, JobAsked):
        raise TypeError("this answers with a job")
    job = reply.shape.job
    visit.audit(verb, job.kind.replace("_", " "))
    return back_to(f"{HERE}/{job.id}")


def _first_sight(visit: Visit, query: PageQuery) -> Shown:
    found = list_jobs(visit.call(), query)
    ids = ",".join(each.id.hex for each in found.items)
    poll = url_with(shown=ids, next=found.next_cursor, dialog=None)
    return Shown(found.items, found.next_cursor, 0, poll)


def _as_they_are_now(visit: Visit, query: PageQuery) -> Shown:
    """Read the rows on the screen again, in their order, and count who came since."""
    ids = ids_of(request.args["shown"])
    mine = Job.account_id == visit.account_id
    rows = visit.session.scalars(select(Job).where(mine, is_one_of(Job.id, ids)))
    found = {each.id: each for each in rows}
    jobs = [found[each] for each in ids if each in found]
    new = 0 if query.cursor else _count_new(visit, jobs)
    shapes = [job_shape(each) for each in jobs]
    return Shown(shapes, request.args.get("next"), new, request.full_path)


def _count_new(visit: Visit, jobs: Sequence[Job]) -> int:
    wanted = [Job.account_id == visit.account_id]
    if jobs:
        first = tuple_(literal(jobs[0].created_at), literal(jobs[0].id))
        wanted.append(tuple_(Job.created_at, Job.id) > first)
    some = select(literal(1)).select_from(Job).where(*wanted).limit(MOST_NEW + 1)
    return visit.session.scalars(select(func.count()).select_from(some.subquery())).one()
