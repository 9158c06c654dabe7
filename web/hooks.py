"""Endpoint URLs: read the lead, store it, ring workers/leads.py, answer the sender.

The first of three files on the way of a lead. Reading is senders/; storing is one call of
models/accept.py, which also decides, inside the database, what the URL is worth right now.
A 2xx means that PostgreSQL has committed; or, only while PostgreSQL cannot be reached, that a
durable Redis holds the lead (workers/gate.py) until workers/drain.py has brought it over.
"""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from failpoints import failpoint
from models.accept import (
    DatabaseAway,
    Endpoint,
    EndpointMemory,
    Incoming,
    Known,
    Refused,
    UrlBusy,
    Verdict,
    first_sight,
    look_at,
    reject,
)
from models.incoming import Submission
from senders import NotALead, NotALeadFormat, ParsedLead, TooLarge, Unreadable, Unusable, parse
from web.breaker import breaker
from web.doorbell import doorbell
from web.locks import header_key, unsigned, within_limit
from web.problems import Problem
from web.requests import Refusal, refusal, request_id
from web.together import accept_lead
from workers import gate
from workers.leads import process_lead
from workers.redis_run import GateUnreachable

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
        body=request.environ["wsgi.input"].read(),  # the front has all of it at hand
        content_type=request.environ.get("CONTENT_TYPE") or None,
        request_id=request_id(),
        header_key=header_key(),
    )
    failpoint("accept_read")
    endpoint, refused = Endpoint.of(token), refusal(request.environ)
    try:
        with breaker.guard():
            return take(endpoint, incoming, refused)
    except DatabaseAway as error:
        return _spool(endpoint, incoming, refused, error)
    except UrlBusy as error:
        raise _try_again() from error


@bp.get("/hooks/<token>")
def show_url(token: str) -> ResponseReturnValue:
    """Tell a person who opens the URL in a browser what it is. This is no hit."""
    try:
        with breaker.guard():
            state = look_at(Endpoint.of(token))
    except (DatabaseAway, UrlBusy) as error:
        raise _try_again() from error
    if state not in {"active", "paused"}:
        raise url_problem(state)
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
    known = within_limit(endpoint, incoming, known, lambda: _first_sight(endpoint, incoming))
    for _ in range(3):
        read = unsigned(incoming, known) or read_lead(incoming, known)
        if isinstance(read, Refused):
            verdict = reject(endpoint, known.version, read, incoming)
        else:
            verdict = accept_lead(endpoint, known, read, incoming)
        if verdict.known is None:
            return answer(verdict, read)
        known = _remember(endpoint, verdict.known)  # parsed by old settings: once more
    raise UrlBusy("the settings of this integration keep changing")


def _first_sight(endpoint: Endpoint, incoming: Incoming) -> Known:
    verdict = first_sight(endpoint, incoming)
    if verdict.known is None:
        raise url_problem(verdict.outcome)
    return _remember(endpoint, verdict.known)


def _remember(endpoint: Endpoint, known: Known) -> Known:
    _memory.put(endpoint, known)
    return known


def read_lead(incoming: Incoming, known: Known) -> ParsedLead | Refused:
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


def answer(verdict: Verdict, read: ParsedLead | Refused) -> ResponseReturnValue:
    if isinstance(read, Refused):
        raise _rejected(verdict, read)
    if verdict.outcome == "duplicate":
        return {"status": "duplicate", "lead_id": str(verdict.id)}, 200
    if verdict.outcome == "accepted":
        if not (read.is_test or read.unfinished):
            doorbell.press(process_lead.message(str(verdict.id)))
        return {"status": "accepted", "lead_id": str(verdict.id)}, 202
    raise url_problem(verdict.outcome)


def _spool(
    endpoint: Endpoint, incoming: Incoming, refused: Refusal | None, cause: DatabaseAway
) -> ResponseReturnValue:
    """Path F: PostgreSQL is away. Raises Problem: what parsing alone decides, or 503."""
    if refused is not None:
        raise Problem(*refused)
    url = endpoint.token_hash.hex()
    try:
        known = _known_to_gate(endpoint)
        if known is None:
            raise _try_again() from cause
        known = within_limit(endpoint, incoming, known, lambda: _known_to_gate(endpoint))
        read = unsigned(incoming, known) or read_lead(incoming, known)
        if isinstance(read, Refused):
            raise _problem(read)
        submission = Submission.of(known.integration_id, known.version, read, incoming)
        lead_id = str(submission.lead_id())
        entry = {"token_hash": url, "submission": submission.to_json()}
        outcome = gate.accept(url, lead_id, entry)
    except GateUnreachable as error:
        raise _try_again() from error
    if outcome not in {"accepted", "duplicate"}:
        raise _try_again() from cause
    return {"status": outcome, "lead_id": lead_id}, 202 if outcome == "accepted" else 200


def _known_to_gate(endpoint: Endpoint) -> Known | None:
    kept = gate.settings_of(endpoint.token_hash.hex())
    return _memory.newest(endpoint, kept) if kept else None


def _try_again() -> Problem:
    return Problem(503, "unavailable", headers={"Retry-After": BUSY_RETRY_SECONDS})


def _rejected(verdict: Verdict, why: Refused) -> Problem:
    return _problem(why) if verdict.outcome == "kept" else url_problem(verdict.outcome)


def _problem(why: Refused) -> Problem:
    members: dict[str, Any] = {"errors": list(why.errors)} if why.errors else {}
    return Problem(why.status, why.code, why.detail, **members)


def url_problem(outcome: str) -> Problem:
    if outcome == "retired":
        return Problem(410, "url-replaced")
    if outcome == "paused":
        return Problem(423, "url-paused", headers={"Retry-After": PAUSED_RETRY_SECONDS})
    return Problem(404, "not-found")
