"""Suppressions one by one: numbers that must not be texted, and why.

POST answers 201 only when nothing more can go out to the number: web/api/draining.py waits
for a text that was claimed before.
"""

from uuid import UUID

import msgspec
import phonenumbers
from flask import request
from sqlalchemy import select

from failpoints import failpoint
from models.accounts import Account, Role
from models.suppression_lists import Listed
from models.suppressions import (
    Because,
    Suppression,
    SuppressionKind,
    lift,
    lock_suppressions,
    suppress,
)
from senders.errors import UnusableField
from senders.phone import normalize
from web.api.actions import check_kind
from web.api.auth import Call
from web.api.draining import drained
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.replies import Reply
from web.api.schema import Line, decode, field_error, invalid
from web.api.suppression_shapes import Added, SuppressionShape, suppression_shape
from web.problems import Problem

_NEWEST = Order("suppressions", (Suppression.created_at, Suppression.id))

#: What is never texted may be suppressed all the same, whatever country it is in.
_ANYWHERE = frozenset(phonenumbers.SUPPORTED_REGIONS)


class SuppressionQuery(PageQuery, kw_only=True, frozen=True):
    """`needs_review`: those that a text may not have meant, for an operator to look at."""

    kind: SuppressionKind | None = None
    needs_review: bool | None = None
    q: str = ""


class SuppressionMade(msgspec.Struct):
    phone: str
    kind: SuppressionKind = SuppressionKind.DNC
    reason: Line | None = None


class Why(msgspec.Struct):
    reason: Line


class WhyAsked(msgspec.Struct):
    """`reason` is for clients that send no body with DELETE."""

    reason: Line | None = None


@operation(
    "GET",
    "/suppressions",
    Spec("List suppressions", {200: Page[SuppressionShape]}, query=SuppressionQuery),
)
def list_suppressions(call: Call, query: SuppressionQuery) -> Page[SuppressionShape]:
    listed = Listed(query.kind, query.needs_review, query.q)
    wanted = listed.statement(call.session, call.account_id)
    rows, next_cursor = page_rows(call.session, wanted, _NEWEST, query)
    return Page([suppression_shape(each) for (each,) in rows], next_cursor)


@operation(
    "POST",
    "/suppressions",
    Spec(
        "Suppress a number; 201 once nothing more can go out to it",
        {201: Added, 200: Added, 202: Added},
        body=SuppressionMade,
        problems=(403,),
        idempotent=True,
    ),
)
def add_suppression(call: Call, body: SuppressionMade) -> Reply:
    return add_number(call, body, "api")


def add_number(call: Call, body: SuppressionMade, source: str) -> Reply:
    """Suppress a number for the caller; *source* says where it was asked for."""
    check_kind(call, body.kind, "kind")
    phone = _normalized(call, body.phone)
    because = Because(body.kind, body.reason, source, call.by, request_id=call.request_id)
    found, is_new = suppress(call.session, call.account_id, phone, because)
    failpoint("suppress_before_commit")
    return drained(call, found, 201 if is_new else 200)


@operation(
    "DELETE",
    "/suppressions/<uuid:suppression_id>",
    Spec(
        "Lift a suppression, with the reason",
        {204: None},
        query=WhyAsked,
        problems=(403, 409),
        maybe_body=Why,
    ),
)
def lift_suppression(call: Call, query: WhyAsked, suppression_id: UUID) -> Reply:
    found = standing(call, suppression_id)
    lift_one(call, found, _reason(query))
    return Reply(None, 204)


def standing(call: Call, suppression_id: UUID) -> Suppression:
    """Return a suppression of the account that stands, kept from changing. Raises 404."""
    lock_suppressions(call.session, call.account_id, exclusive=True)
    wanted = select(Suppression).where(
        Suppression.account_id == call.account_id,
        Suppression.id == suppression_id,
        Suppression.lifted_at.is_(None),
    )
    found = call.session.scalar(wanted)
    if found is None:
        raise Problem(404, "not-found")
    return found


def lift_one(call: Call, found: Suppression, reason: str) -> None:
    """Lift it if this is its way out. Raises Problem where it is not."""
    check_way_out(call, found)
    lift(call.session, found, call.by, reason)


def _normalized(call: Call, typed: str) -> str:
    region = call.session.scalars(
        select(Account.default_region).where(Account.id == call.account_id)
    ).one()
    try:
        return normalize(typed, region, _ANYWHERE)
    except UnusableField as unusable:
        error = unusable.error
        raise invalid(field_error("phone", error.code, error.detail)) from unusable


def _reason(query: WhyAsked) -> str:
    """Read why: the body says, or the address. Raises Problem(422) when nobody does."""
    raw = request.get_data()
    if raw:
        return decode(Why, request, raw).reason
    if query.reason is None:
        raise invalid(field_error("reason", "missing", "Say why the number may be texted."))
    return query.reason.strip()


def check_way_out(call: Call, found: Suppression) -> None:
    """Each kind has its own way out. Raises Problem where this is not it."""
    if found.kind is SuppressionKind.OPTED_OUT:
        if not found.needs_review:
            raise Problem(409, "only-the-person")
    elif found.kind is SuppressionKind.CARRIER:
        detail = "The carrier refuses this number; it leaves the list when a text gets through."
        raise Problem(409, "conflict", detail)
    elif call.role is not Role.OWNER:
        raise Problem(403, "owner-only")
