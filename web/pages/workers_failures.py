"""Failed jobs: by cause, as a list that can be searched, and one by one with their runs."""

from typing import Any

import msgspec
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from models.failed_jobs import OPEN_STATES, FailedJobState
from models.failure_causes import causes, count_dead
from models.failures import Failure
from web.api import workers_failure_acts as acts
from web.api import workers_failures as api
from web.api.schema import read_query
from web.api.workers_failure_shapes import redacted
from web.pages.frame import page
from web.pages.rendering import back_to, for_htmx, fragment, render
from web.pages.visit import Visit
from web.pages.workers_parts import words
from web.problems import Problem
from workers.failure_jobs import DELETE, RETRY
from workers.queues import actor_names

bp = Blueprint("workers_failures", __name__)

HERE = "/workers/failures"
LIST = f"{HERE}/jobs"

KINDS = {"retry": RETRY, "delete": DELETE}
#: What was done, for a toast and for the audit.
TOLD = {
    RETRY: ("Run again", "ran failed jobs again"),
    DELETE: ("Deleted", "put failed jobs away"),
}


@page(bp, HERE)
def show_causes(visit: Visit) -> ResponseReturnValue:
    found = causes(visit.session, visit.account_id)
    template = "_workers_failures.html" if for_htmx() else "workers_failures.html"
    values = {"causes": found} | _filters()
    return (fragment if for_htmx() else render)(template, **words(), **values)


@page(bp, LIST)
def show_failed_jobs(visit: Visit) -> ResponseReturnValue:
    query = read_query(api.FailureQuery, request.args)
    jobs, next_cursor = api.failed_jobs(visit.call(), query)
    cause = (query.actor or "", query.fingerprint or "")
    return render(
        "workers_failed_jobs.html",
        **words(),
        **_filters(),
        jobs=jobs,
        next_cursor=next_cursor,
        leads=api.leads_of(visit.call(), jobs),
        cause=cause if all(cause) else None,
        dead=count_dead(visit.session, visit.account_id, cause) if all(cause) else 0,
        open_states=OPEN_STATES,
    )


@page(bp, f"{LIST}/<failed_job_id>")
def show_failed_job(visit: Visit, failed_job_id: str) -> ResponseReturnValue:
    job = api.found(visit.call(), failed_job_id)
    lead_id = api.leads_of(visit.call(), [job]).get(job.id)
    values: dict[str, Any] = {
        "job": job,
        "arguments": msgspec.json.encode(redacted(job.arguments["args"])).decode(),
        "runs": Failure.of_message(visit.session, job.message_id),
        "lead_id": lead_id,
        "lead_status": api.lead_status(visit.call(), lead_id),
        "is_open": job.state in OPEN_STATES,
    }
    template = "_workers_failed_job.html" if for_htmx() else "workers_failed_job.html"
    return (fragment if for_htmx() else render)(template, **words(), **values)


@page(bp, f"{HERE}/act", "POST")
def act_on_chosen(visit: Visit) -> ResponseReturnValue:
    """Retry or delete the jobs that are marked, or the one that a page is about."""
    visit.owner_only()
    kind = _kind()
    chosen = request.form.getlist("id")[: acts.MOST_NAMED]
    ids = [int(each) for each in chosen if api.is_id(each)]
    changed, rings = acts.act_on(visit.call(), kind, ids)
    for message in rings:
        visit.ring(message)
    skipped = f", {len(ids) - changed} had ended" if changed < len(ids) else ""
    visit.toast(f"{TOLD[kind][0]}: {changed}{skipped}." if ids else "Nothing was marked.")
    visit.audit(TOLD[kind][1], f"{changed}: {', '.join(map(str, ids))}")
    return back_to(_next())


@page(bp, f"{HERE}/act-on-cause", "POST")
def act_on_cause(visit: Visit) -> ResponseReturnValue:
    """Retry or delete all dead jobs of a cause, if they are as many as the operator saw."""
    visit.owner_only()
    kind, seen = _kind(), request.form.get("expected", "")
    if not seen.isdecimal() or request.form.get("typed", seen) != seen:
        raise Problem(422, "invalid", "Type the number that the dialog asks for.")
    cause = acts.CauseNamed(
        request.form.get("actor", ""), request.form.get("fingerprint", ""), int(seen)
    )
    reply = acts.act_on_cause(visit.call(), kind, cause)
    for message in reply.rings:
        visit.ring(message)
    visit.audit(TOLD[kind][1], f"all {seen} of {cause.actor}, {cause.fingerprint}")
    visit.toast(f"{int(seen):,} jobs: under way.")
    return _to_job(reply.location)


def _to_job(location: str | None) -> Response:
    job_id = (location or "").rpartition("/")[2]
    return back_to(f"/activity/jobs/{job_id}")


def _kind() -> str:
    kind = KINDS.get(request.form.get("verb", ""))
    if kind is None:
        raise Problem(422, "invalid", "Choose what to do.")
    return kind


def _next() -> str:
    """Lead back to the list, with its filters, or to the job: nowhere else."""
    wanted = request.form.get("next", "")
    return wanted if wanted.startswith(LIST) else LIST


def _filters() -> dict[str, Any]:
    """Return what is looked for, by the address, and what can be chosen."""
    states = [("", "any state"), *((each.value, each.value) for each in FailedJobState)]
    actors = [("", "any actor"), *((each, each) for each in actor_names())]
    names = ("q", "state", "actor", "fingerprint")
    return {"states": states, "actors": actors} | {
        name: request.args.get(name, "") for name in names
    }
