"""Endpoint URLs: read the lead, store it, ring workers/leads.py, answer the sender.

The first of three files on the way of a lead. Reading is senders/; storing is one call of
models/accept.py, which also decides, inside the database, what the URL is worth right now.
A 2xx means that PostgreSQL has committed.
"""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from models.accept import (
    AcceptError,
    Endpoint,
    EndpointMemory,
    Incoming,
    Known,
    Refused,
    UrlBusy,
    Verdict,
    accept_lead,
    first_sight,
    look_at,
    reject,
)
from senders import NotALead, NotALeadFormat, ParsedLead, TooLarge, Unreadable, Unusable, parse
from web.doorbell import doorbell
from web.problems import Problem
from web.requests import refusal, request_id
from workers.leads import process_lead

bp = Blueprint("hooks", __name__)

#: A sender that honors it tries a paused URL again in five minutes, an overloaded one sooner.
PAUSED_RETRY_SECONDS = "300"
BUSY_RETRY_SECONDS = "5"

_STATUS = {Unreadable: 400, TooLarge: 413, NotALeadFormat: 415, Unusable: 422}

#: Size and coding are told by the head of a request: they are answered whatever the URL is.
_BEFORE_THE_URL = frozenset({"too-large", "encoded-body"})

_memory = EndpointMemory()


@bp.post("/hooks/<token>")
def receive_lead(token: str) -> ResponseReturnValue:
    incoming = Incoming(
        body=request.get_data(cache=False),
        content_type=request.headers.get("Content-Type"),
        request_id=request_id(),
        header_key=request.headers.get("Idempotency-Key") or request.headers.get("webhook-id"),
    )
    try:
        return take(Endpoint.of(token), incoming, refusal(request.environ))
    except AcceptError as error:
        retry = {"Retry-After": BUSY_RETRY_SECONDS}
        raise Problem(503, "unavailable", headers=retry) from error


@bp.get("/hooks/<token>")
def show_url(token: str) -> ResponseReturnValue:
    """Tell a person who opens the URL in a browser what it is. This is no hit."""
    state = look_at(Endpoint.of(token))
    if state not in {"active", "paused"}:
        raise _url_problem(state)
    return render_template("endpoint.html", active=state == "active")


def take(
    endpoint: Endpoint, incoming: Incoming, refused: tuple[int, str, str] | None
) -> ResponseReturnValue:
    """Store what came in as a lead or as a rejection, and say which.

    *refused* is the front's reason for not having taken the body. Raises Problem for all that
    is not a lead, AcceptError when nothing could be stored.
    """
    if refused is not None:
        why = Refused(*refused, keeps_body=False)
        verdict = reject(endpoint, None, why, incoming)
        raise _problem(why) if why.code in _BEFORE_THE_URL else _rejected(verdict, why)
    known = _memory.get(endpoint) or _first_sight(endpoint, incoming)
    for _ in range(3):
        read = _read(incoming, known)
        if isinstance(read, Refused):
            verdict = reject(endpoint, known.version, read, incoming)
        else:
            verdict = accept_lead(endpoint, known, read, incoming)
        if verdict.known is None:
            return _answer(verdict, read)
        known = _remember(endpoint, verdict.known)  # parsed by old settings: once more
    raise UrlBusy("the settings of this integration keep changing")


def _first_sight(endpoint: Endpoint, incoming: Incoming) -> Known:
    verdict = first_sight(endpoint, incoming)
    if verdict.known is None:
        raise _url_problem(verdict.outcome)
    return _remember(endpoint, verdict.known)


def _remember(endpoint: Endpoint, known: Known) -> Known:
    _memory.put(endpoint, known)
    return known


def _read(incoming: Incoming, known: Known) -> ParsedLead | Refused:
    try:
        return parse(incoming.body, incoming.content_type, known.settings)
    except NotALead as error:
        errors = error.errors if isinstance(error, Unusable) else ()
        return Refused(
            status=_STATUS[type(error)],
            code=error.code,
            detail=error.detail,
            errors=[asdict(each) for each in errors],
            keeps_body=not isinstance(error, TooLarge),
        )


def _answer(verdict: Verdict, read: ParsedLead | Refused) -> ResponseReturnValue:
    if isinstance(read, Refused):
        raise _rejected(verdict, read)
    if verdict.outcome == "duplicate":
        return {"status": "duplicate", "lead_id": str(verdict.id)}, 200
    if verdict.outcome == "accepted":
        if not (read.is_test or read.unfinished):
            doorbell.press(process_lead.message(str(verdict.id)))
        return {"status": "accepted", "lead_id": str(verdict.id)}, 202
    raise _url_problem(verdict.outcome)


def _rejected(verdict: Verdict, why: Refused) -> Problem:
    return _problem(why) if verdict.outcome == "kept" else _url_problem(verdict.outcome)


def _problem(why: Refused) -> Problem:
    members: dict[str, Any] = {"errors": list(why.errors)} if why.errors else {}
    return Problem(why.status, why.code, why.detail, **members)


def _url_problem(outcome: str) -> Problem:
    if outcome == "retired":
        return Problem(410, "url-replaced")
    if outcome == "paused":
        return Problem(423, "url-paused", headers={"Retry-After": PAUSED_RETRY_SECONDS})
    return Problem(404, "not-found")
