"""Replaying many rejections: one job, chunk by chunk, what could not be read told by row.

web/api/rejections.py replays one within its request; this does what a page asks for when it
says "all matching". A chunk that is done twice meets the idempotency keys of the first time.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from models.accept import AcceptError, Incoming, Known, Refused
from models.jobs import Job, JobStatus
from models.rejections import Rejection
from models.replays import Matching, UrlClosed, replay
from senders import NotALead, ParsedLead, parse
from workers.leads import process_lead
from workers.ring import Job as Ring

#: Each is a call of its own to the database: no chunk takes a second.
CHUNK = 50

_PAUSED = "The integration is paused: turn it on, then replay the rest."
_GONE = "The integration was deleted: there is no URL to replay to."


def advance(session: Session, asked: Job) -> list[Ring]:
    """Replay the next chunk; return what to ring for after the commit."""
    rings: list[Ring] = []
    chunk = _next(session, asked)
    for rejection in chunk:
        asked.cursor = str(rejection.id)
        try:
            ring = _one(session, asked, rejection)
        except UrlClosed as closed:
            asked.end(session, JobStatus.FAILED, _PAUSED if closed.state == "paused" else _GONE)
            return rings
        rings += [ring] if ring else []
    asked.total = max(asked.total, asked.done + asked.skipped + len(asked.failures))
    if len(chunk) < CHUNK:
        asked.total = asked.done + asked.skipped + len(asked.failures)
        asked.end(session, JobStatus.DONE)
    return rings


def _next(session: Session, asked: Job) -> list[Rejection]:
    """Those of before the job, in the order of their ids: later ones were not counted."""
    wanted = Matching(asked.account_id, asked.params.get("code"), asked.params.get("url"))
    query = wanted.replayable().where(Rejection.received_at <= asked.created_at)
    if asked.cursor is not None:
        query = query.where(Rejection.id > UUID(asked.cursor))
    return list(session.scalars(query.order_by(Rejection.id).limit(CHUNK).with_for_update()))


def _one(session: Session, asked: Job, rejection: Rejection) -> Ring | None:
    """Replay one; return what to ring for if it became a lead that is to be texted."""
    try:
        verdict, read = replay(session, rejection, asked.request_id or "", _read)
    except AcceptError:
        _fail(asked, rejection, "It could not be stored just now.")
        return None
    if isinstance(read, Refused):
        _fail(asked, rejection, read.detail)
        return None
    if verdict.outcome == "duplicate":
        asked.skipped += 1
        return None
    asked.done += 1
    texts = not (read.is_test or read.unfinished)
    return process_lead.message(str(verdict.id)) if texts else None


def _fail(asked: Job, rejection: Rejection, reason: str) -> None:
    asked.failures = [*asked.failures, {"id": str(rejection.id), "reason": reason}]


def _read(incoming: Incoming, known: Known) -> ParsedLead | Refused:
    """Nobody is answered here, so the reason alone matters."""
    try:
        return parse(incoming.body, incoming.content_type, known.settings)
    except NotALead as error:
        errors = getattr(error, "errors", ())
        details = " ".join(each.detail for each in errors)
        return Refused(422, error.code, details or error.detail)
