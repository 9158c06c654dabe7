"""A list of numbers to suppress: pasted, or a CSV; first as a dry run that changes nothing."""

from io import BytesIO
from typing import IO
from uuid import UUID

import msgspec
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from web.api.imports import HowImported, import_list
from web.api.jobs import JobAsked, show_job
from web.pages.contacts_outcome import Outcome
from web.pages.frame import page
from web.pages.rendering import back_to, fragment, render
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("pages_suppressed_lists", __name__)

HERE = "/contacts/suppressed/list"


@page(bp, HERE)
def show_form(_visit: Visit) -> ResponseReturnValue:
    return _form()


@page(bp, HERE, "POST")
def take_list(visit: Visit) -> ResponseReturnValue:
    """Keep the numbers with a job; its page tells what comes of them."""
    file = _file()
    if file is None:
        return _form("Paste numbers, or choose a file.")
    sent = request.form
    given = {"kind": sent.get("kind", "dnc"), "reason": sent.get("reason", "").strip()[:200]}
    try:
        how = msgspec.convert(given | {"dry_run": "dry_run" in sent}, HowImported)
        reply = import_list(visit.call(), how, file)
    except (Problem, msgspec.ValidationError) as error:
        detail = error.detail if isinstance(error, Problem) else "Choose one of the lists."
        return _form(detail)
    for ring in reply.rings:
        visit.ring(ring)
    visit.audit("tried a list of numbers" if how.dry_run else "suppressed a list of numbers")
    if not isinstance(reply.shape, JobAsked):
        raise TypeError("an import answers with its job")
    return back_to(f"{HERE}/{reply.shape.job.id}")


@page(bp, f"{HERE}/<uuid:job_id>")
def show_list(visit: Visit, job_id: UUID) -> ResponseReturnValue:
    job = show_job(visit.call(), job_id)
    if job.kind != "import_suppressions":
        raise Problem(404, "not-found")
    return render("suppressed_list.html", outcome=Outcome(job))


@page(bp, f"{HERE}/<uuid:job_id>/progress")
def show_list_progress(visit: Visit, job_id: UUID) -> ResponseReturnValue:
    return fragment("_suppressed_list.html", outcome=Outcome(show_job(visit.call(), job_id)))


def _file() -> IO[bytes] | None:
    """Return what was chosen, or else what was pasted; None if nothing was."""
    chosen = request.files.get("file")
    if chosen is not None and chosen.filename:
        return chosen.stream
    pasted = request.form.get("numbers", "").strip()
    return BytesIO(pasted.encode()) if pasted else None


def _form(error: str = "") -> Response:
    response = render("suppressed_add_list.html", error=error, sent=request.form)
    response.status_code = 422 if error else 200
    return response
