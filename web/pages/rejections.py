"""Activity, rejections: requests that became no lead, why, and their replay after a fix."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, literal, select

from models.lead_words import why_rejected
from models.rejections import Rejection
from models.replays import Matching
from web.api.jobs import asked, make_job
from web.api.pages import Order, PageQuery, page_rows
from web.api.rejections import replay_rejection
from web.api.schema import read_query
from web.pages.frame import page
from web.pages.from_api import carry_out, sent
from web.pages.rendering import back_to, render
from web.pages.visit import Visit
from web.problem_codes import CODES
from web.problems import Problem

bp = Blueprint("pages_rejections", __name__)

HERE = "/activity/rejections"
ONE = f"{HERE}/<uuid:rejection_id>"

_NEWEST = Order("rejections", (Rejection.received_at, Rejection.id))

#: Different reasons among the newest of an account, for the filter.
MOST_READ = 1_000


class RejectionQuery(PageQuery, kw_only=True, frozen=True):
    code: str | None = None
    url: Literal["live", "retired"] | None = None


@dataclass(frozen=True)
class Shown:
    """What the page of rejections shows."""

    query: RejectionQuery
    rejections: Sequence[Rejection]
    next_cursor: str | None
    codes: list[tuple[str, str]]
    replayable: int


@page(bp, HERE)
def show_rejections(visit: Visit) -> ResponseReturnValue:
    query = read_query(RejectionQuery, sent())
    wanted = Matching(visit.account_id, query.code, query.url)
    found = select(Rejection).where(*wanted.conditions())
    rows, next_cursor = page_rows(visit.session, found, _NEWEST, query)
    shown = Shown(
        query,
        [each for (each,) in rows],
        next_cursor,
        _codes(visit),
        _replayable(visit, wanted),
    )
    return render("rejections.html", shown=shown, why=why_rejected)


@page(bp, f"{HERE}/replay", "POST")
def replay_all(visit: Visit) -> ResponseReturnValue:
    """Ask for the replay of all that match, as many as the operator was told."""
    code, url = request.form.get("code") or None, request.form.get("url") or None
    wanted = Matching(visit.account_id, code, url)
    many = _replayable(visit, wanted)
    if not many:
        visit.toast("There is nothing left to replay.")
        return back_to(HERE)
    job = make_job(visit.call(), "replay", {"code": code, "url": url}, many)
    seen = request.form.get("seen", "")
    job.expected, job.matched = int(seen) if seen.isdecimal() else many, many
    carry_out(visit, asked(visit.call(), job))
    visit.audit("replayed rejections", f"{many}, {code or 'any reason'}")
    return back_to(f"/activity/jobs/{job.id}")


@page(bp, ONE)
def show_rejection(visit: Visit, rejection_id: UUID) -> ResponseReturnValue:
    found = _found(visit, rejection_id)
    meaning = CODES.get(found.code)
    return render(
        "rejection.html",
        rejection=found,
        why=why_rejected(found),
        meaning=meaning,
        body=None if found.body is None else found.body.decode(errors="replace"),
    )


@page(bp, f"{ONE}/replay", "POST")
def replay_one(visit: Visit, rejection_id: UUID) -> ResponseReturnValue:
    """Lead to what it has become; what refuses it still is said where it was asked."""
    _found(visit, rejection_id)
    reply = replay_rejection(visit.call(), rejection_id)
    carry_out(visit, reply)
    visit.audit("replayed a rejection", str(rejection_id))
    visit.toast("Replayed: it is a lead now." if reply.status == 202 else "Known already.")  # noqa: PLR2004
    lead_id = _found(visit, rejection_id).replayed_as
    return back_to(f"/activity/leads/{lead_id}")


def _found(visit: Visit, rejection_id: UUID) -> Rejection:
    found = Rejection.of_account(visit.session, visit.account_id, rejection_id)
    if found is None:
        raise Problem(404, "not-found")
    return found


def _replayable(visit: Visit, wanted: Matching) -> int:
    """Rejections are bounded per integration, so they can be counted."""
    some = wanted.replayable().with_only_columns(literal(1)).subquery()
    return visit.session.scalars(select(func.count()).select_from(some)).one()


def _codes(visit: Visit) -> list[tuple[str, str]]:
    """The reasons among the newest, each in plain words."""
    newest = (
        select(Rejection.code)
        .where(Rejection.account_id == visit.account_id)
        .order_by(Rejection.received_at.desc(), Rejection.id.desc())
        .limit(MOST_READ)
        .subquery()
    )
    found = visit.session.scalars(select(newest.c.code).distinct().order_by(newest.c.code))
    return [(code, CODES[code].title if code in CODES else code) for code in found]
