"""Settings, audit: who did what, for owners. Newest first, by operator where asked."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.accounts import Operator
from models.audit import AuditEntry
from web.api.pages import Order, PageQuery, page_rows
from web.pages.frame import page
from web.pages.rendering import render
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("audit", __name__)

_NEWEST_FIRST = Order("audit", (AuditEntry.id,))


@page(bp, "/settings/audit")
def show_audit(visit: Visit) -> ResponseReturnValue:
    visit.owner_only()
    entries = select(AuditEntry).where(AuditEntry.account_id == visit.account_id)
    by = request.args.get("by", "")
    if by:
        entries = entries.where(AuditEntry.by_id == _id(by))
    query = PageQuery(cursor=request.args.get("cursor"), limit=50)
    rows, next_cursor = page_rows(visit.session, entries, _NEWEST_FIRST, query)
    return render(
        "audit.html", entries=rows, next_cursor=next_cursor, people=_people(visit), by=by
    )


def _people(visit: Visit) -> list[tuple[str, str]]:
    """Everybody who ever worked here: who has gone has done things too."""
    query = select(Operator).where(Operator.account_id == visit.account_id)
    team = visit.session.scalars(query.order_by(Operator.name, Operator.id))
    gone = {True: " (removed)", False: ""}
    return [(str(each.id), each.name + gone[each.removed_at is not None]) for each in team]


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Problem(404, "not-found") from error
