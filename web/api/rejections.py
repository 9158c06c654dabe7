"""Rejections: what was sent to an endpoint URL and did not become a lead, and its replay.

A replay is what POST /hooks would answer now, on the integration's current URL: the same
reading, the same accept call. It stores no second rejection, and becomes a lead at most once.
"""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from models.accept import AcceptError
from models.jobs import JobStatus
from models.rejections import Rejection
from models.replays import UrlClosed, replay
from web.api.auth import Call
from web.api.jobs import make_job
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.replies import Reply
from web.api.schema import Time
from web.hooks import BUSY_RETRY_SECONDS, answer, read_lead, url_problem
from web.problems import Problem

_NEWEST = Order("rejections", (Rejection.received_at, Rejection.id))


class RejectionShape(msgspec.Struct):
    id: UUID
    received_at: Time
    status: int
    code: str
    detail: str
    errors: list[dict[str, Any]]
    url: str
    content_type: str | None
    body: str | None
    request_id: str | None
    replayed_as: UUID | None


class Replayed(msgspec.Struct):
    status: str
    lead_id: UUID


@operation(
    "GET", "/rejections", Spec("List rejections", {200: Page[RejectionShape]}, query=PageQuery)
)
def list_rejections(call: Call, query: PageQuery) -> Page[RejectionShape]:
    mine = select(Rejection).where(Rejection.account_id == call.account_id)
    rows, next_cursor = page_rows(call.session, mine, _NEWEST, query)
    return Page([_rejection_shape(each) for (each,) in rows], next_cursor)


@operation(
    "POST",
    "/rejections/<uuid:rejection_id>/replay",
    Spec(
        "Replay a rejection",
        {202: Replayed, 200: Replayed},
        problems=(400, 409, 410, 413, 415, 422, 423),
        idempotent=True,
    ),
)
def replay_rejection(call: Call, rejection_id: UUID) -> Reply:
    rejection = Rejection.of_account(call.session, call.account_id, rejection_id, lock=True)
    if rejection is None:
        raise Problem(404, "not-found")
    if rejection.replayed_as is not None:
        raise Problem(409, "replayed")
    if rejection.body is None:
        raise Problem(409, "conflict", "The body of this request was not kept.")
    try:
        verdict, read = replay(call.session, rejection, call.request_id, read_lead)
    except UrlClosed as closed:
        raise url_problem(closed.state) from closed
    except AcceptError as error:
        retry = {"Retry-After": BUSY_RETRY_SECONDS}
        raise Problem(503, "unavailable", headers=retry) from error
    answer(verdict, read)
    _note_job(call, rejection)
    status = 202 if verdict.outcome == "accepted" else 200
    return Reply(Replayed(verdict.outcome, UUID(str(verdict.id))), status)


def _note_job(call: Call, rejection: Rejection) -> None:
    """Leave the row that every administrative action has; there is nothing left to do."""
    job = make_job(call, "replay", {"rejection_id": str(rejection.id)}, 1)
    job.started_at = job.created_at
    job.done = 1
    job.end(call.session, JobStatus.DONE)


def _rejection_shape(rejection: Rejection) -> RejectionShape:
    body = rejection.body
    return RejectionShape(
        id=rejection.id,
        received_at=rejection.received_at,
        status=rejection.status,
        code=rejection.code,
        detail=rejection.detail,
        errors=rejection.errors,
        url=rejection.url,
        content_type=rejection.content_type,
        body=None if body is None else body.decode(errors="replace"),
        request_id=rejection.request_id,
        replayed_as=rejection.replayed_as,
    )
