"""Leads: every one that came in, where it is now, and what an operator may decide about it."""

from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, select

from models.contact_search import Typed
from models.deliveries import Delivery
from models.lead_decisions import Standing
from models.lead_search import of_leads
from models.lead_story import of_lead
from models.leads import Lead, LeadStatus
from web.api.auth import Call
from web.api.jobs import JobAsked, asked, make_job
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.replies import Reply
from web.api.schema import Time
from web.api.story_shapes import EntryShape, whole_story
from web.problems import Problem

ONE = "/leads/<uuid:lead_id>"

_NEWEST = Order("leads", (Lead.received_at, Lead.id))


class TextShape(msgspec.Struct):
    """The compliance message of a lead, and how far it got."""

    status: str
    sid: str | None
    body: str
    accepted_at: Time | None
    final_at: Time | None
    error_code: int | None
    attempts: int


class LeadShape(msgspec.Struct, kw_only=True):
    id: UUID
    status: LeadStatus
    reason: str | None
    first_name: str
    last_name: str
    phone: str | None
    contact_id: UUID | None
    duplicate_of: UUID | None
    received_at: Time
    via: str
    due_at: Time | None
    sender: str
    request_id: str | None
    text: TextShape | None


class WholeLead(LeadShape, kw_only=True):
    notes: list[str]
    timeline: list[EntryShape]


class LeadQuery(PageQuery, kw_only=True, frozen=True):
    status: LeadStatus | None = None
    q: str = ""


@operation("GET", "/leads", Spec("List leads", {200: Page[LeadShape]}, query=LeadQuery))
def list_leads(call: Call, query: LeadQuery) -> Page[LeadShape]:
    standings, next_cursor = leads_of(call, query)
    return Page([lead_shape(each) for each in standings], next_cursor)


def leads_of(call: Call, query: LeadQuery) -> tuple[list[Standing], str | None]:
    """Read one page of leads, and where the next one begins."""
    wanted = (
        select(Lead, Delivery)
        .outerjoin(Delivery, Delivery.lead_id == Lead.id)
        .where(*meant(call, query))
    )
    rows, next_cursor = page_rows(call.session, wanted, _NEWEST, query)
    return [Standing(*row) for row in rows], next_cursor


def meant(call: Call, query: LeadQuery) -> list[ColumnElement[bool]]:
    """The conditions that a lead is one of those asked for."""
    wanted: list[ColumnElement[bool]] = [Lead.account_id == call.account_id]
    if query.status is not None:
        wanted.append(Lead.status == query.status)
    if query.q.strip():
        typed = Typed.read(call.session, query.q)
        wanted.append(of_leads(call.session, call.account_id, typed, *wanted[1:]))
    return wanted


@operation("GET", ONE, Spec("Show a lead with its whole timeline", {200: WholeLead}))
def show_lead(call: Call, lead_id: UUID) -> WholeLead:
    found = _found(call, lead_id)
    return WholeLead(
        **msgspec.structs.asdict(lead_shape(found)),
        notes=found.lead.notes,
        timeline=whole_story(call.session, of_lead(found.lead)),
    )


@operation(
    "POST",
    f"{ONE}/retry",
    Spec("Try a lead again", {202: JobAsked}, problems=(409,), idempotent=True),
)
def retry_lead(call: Call, lead_id: UUID) -> Reply:
    return _decide(call, lead_id, "retry_lead")


@operation(
    "POST",
    f"{ONE}/discard",
    Spec("Discard a held lead", {202: JobAsked}, problems=(409,), idempotent=True),
)
def discard_lead(call: Call, lead_id: UUID) -> Reply:
    return _decide(call, lead_id, "discard_lead")


def lead_shape(standing: Standing) -> LeadShape:
    lead, delivery = standing.lead, standing.delivery
    waits = delivery is not None and delivery.status == "ready"
    return LeadShape(
        id=lead.id,
        status=lead.status,
        reason=lead.reason,
        first_name=lead.first_name,
        last_name=lead.last_name,
        phone=lead.phone,
        contact_id=lead.contact_id,
        duplicate_of=lead.duplicate_of,
        received_at=lead.received_at,
        via=lead.via,
        due_at=delivery.due_at if delivery is not None and waits else None,
        sender=lead.sender,
        request_id=lead.request_id,
        text=_text_shape(delivery) if delivery is not None else None,
    )


def _text_shape(delivery: Delivery) -> TextShape:
    return TextShape(
        status=delivery.status,
        sid=delivery.sid,
        body=delivery.body,
        accepted_at=delivery.accepted_at,
        final_at=delivery.final_at,
        error_code=delivery.error_code,
        attempts=delivery.attempt,
    )


def _found(call: Call, lead_id: UUID) -> Standing:
    found = Standing.of(call.session, call.account_id, lead_id)
    if found is None:
        raise Problem(404, "not-found")
    return found


def _decide(call: Call, lead_id: UUID, kind: str) -> Reply:
    against = _found(call, lead_id).against(kind)
    if against is not None:
        raise Problem(409, against)
    return asked(call, make_job(call, kind, {"lead_id": str(lead_id)}, 1))
