"""Who may be added to a campaign, who may not and why, and who was added."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_

from models.contact_lists import Wanted
from models.contacts import Contact
from models.eligibility import Ineligible, is_added, is_eligible, why_not
from web.api.auth import Call
from web.api.campaign_shapes import EligibleShape, IneligibleShape
from web.api.campaigns import ONE, found_campaign
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, page_rows

_BY_ID = Order("campaign contacts", (Contact.id,), descending=False)


class EligibleQuery(PageQuery, kw_only=True, frozen=True):
    """`q` as in the lists of contacts."""

    q: str = ""


class IneligibleQuery(EligibleQuery, kw_only=True, frozen=True):
    """`code` narrows the list to one reason."""

    code: Ineligible | None = None


@operation(
    "GET",
    f"{ONE}/eligible",
    Spec("List who may be added to it", {200: Page[EligibleShape]}, query=EligibleQuery),
)
def list_eligible(call: Call, query: EligibleQuery, campaign_id: UUID) -> Page[EligibleShape]:
    found_campaign(call, campaign_id)
    return _eligible(call, query, campaign_id, is_eligible(campaign_id))


@operation(
    "GET",
    f"{ONE}/contacts",
    Spec("List who was added to it", {200: Page[EligibleShape]}, query=EligibleQuery),
)
def list_added(call: Call, query: EligibleQuery, campaign_id: UUID) -> Page[EligibleShape]:
    found_campaign(call, campaign_id)
    added = and_(is_added(campaign_id), is_eligible(campaign_id))
    return _eligible(call, query, campaign_id, added)


@operation(
    "GET",
    f"{ONE}/ineligible",
    Spec(
        "List who may not be added to it, and why",
        {200: Page[IneligibleShape]},
        query=IneligibleQuery,
    ),
)
def list_ineligible(
    call: Call, query: IneligibleQuery, campaign_id: UUID
) -> Page[IneligibleShape]:
    """Every contact of the account that is not eligible, with the first reason against it."""
    found_campaign(call, campaign_id)
    why = why_not(campaign_id)
    against = why.is_not(None) if query.code is None else why == query.code.value
    statement = Wanted(q=query.q).statement(call.session, call.account_id)
    rows, next_cursor = page_rows(
        call.session, statement.where(against).add_columns(why), _BY_ID, query
    )
    items = [IneligibleShape(*_who(contact), Ineligible(code)) for contact, code in rows]
    return Page(items, next_cursor)


def _eligible(
    call: Call, query: EligibleQuery, campaign_id: UUID, wanted: ColumnElement[bool]
) -> Page[EligibleShape]:
    statement = Wanted(q=query.q).statement(call.session, call.account_id).where(wanted)
    rows, next_cursor = page_rows(
        call.session, statement.add_columns(is_added(campaign_id)), _BY_ID, query
    )
    return Page([EligibleShape(*_who(contact), added) for contact, added in rows], next_cursor)


def _who(contact: Contact) -> tuple[UUID, str, str, str]:
    return contact.id, contact.first_name, contact.last_name, contact.phone
