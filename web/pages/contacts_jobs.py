"""How an action on contacts goes, beside the list it was asked for: progress, cancel, undo."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from web.api.jobs import JobAsked, cancel_job, show_job, undo_job
from web.api.replies import Reply
from web.pages.contacts_outcome import Outcome
from web.pages.frame import page
from web.pages.rendering import back_to, for_htmx, fragment
from web.pages.visit import Visit

bp = Blueprint("pages_contacts_jobs", __name__)

ONE = "/contacts/jobs/<uuid:job_id>"


@page(bp, ONE)
def show_progress(visit: Visit, job_id: UUID) -> ResponseReturnValue:
    job = show_job(visit.call(), job_id)
    response = fragment("_contacts_job.html", outcome=Outcome(job))
    if not Outcome(job).is_open:
        response.headers["HX-Trigger"] = "contacts-changed"
    return response


@page(bp, f"{ONE}/cancel", "POST")
def cancel(visit: Visit, job_id: UUID) -> ResponseReturnValue:
    return _asked(visit, cancel_job(visit.call(), job_id), "canceled a job")


@page(bp, f"{ONE}/undo", "POST")
def undo(visit: Visit, job_id: UUID) -> ResponseReturnValue:
    return _asked(visit, undo_job(visit.call(), job_id), "undid a job")


def _asked(visit: Visit, reply: Reply, verb: str) -> ResponseReturnValue:
    for ring in reply.rings:
        visit.ring(ring)
    if not isinstance(reply.shape, JobAsked):
        raise TypeError("an action answers with its job")
    job = reply.shape.job
    visit.audit(verb, job.kind.replace("_", " "))
    if for_htmx():
        return fragment("_contacts_job.html", outcome=Outcome(job))
    return back_to(f"/activity/jobs/{job.id}")
