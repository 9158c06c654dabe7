"""Campaigns: a name, a status, groups, and who of their members may be addressed.

Who is added has to be eligible: not in the opt-in queue, not suppressed, in one of the
campaign's groups. If one is not, nothing is added, and the answer says who and why.
"""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from sqlalchemy import select

from models.campaigns import Campaign, CampaignStatus
from models.eligibility import Ineligible, refusals
from web.api.auth import Call
from web.api.campaign_shapes import CampaignShape, campaign_shape, campaign_shapes
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.replies import Reply
from web.api.schema import Line
from web.problems import Problem

ONE = "/campaigns/<uuid:campaign_id>"

_NEWEST = Order("campaigns", (Campaign.created_at, Campaign.id))


class CampaignMade(msgspec.Struct):
    name: Line


class CampaignChange(msgspec.Struct):
    name: Line | msgspec.UnsetType = msgspec.UNSET
    status: CampaignStatus | msgspec.UnsetType = msgspec.UNSET


class GroupsAdded(msgspec.Struct):
    group_ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=1_000)]


class ContactsAdded(msgspec.Struct):
    contact_ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=10_000)]


@operation(
    "GET", "/campaigns", Spec("List campaigns", {200: Page[CampaignShape]}, query=PageQuery)
)
def list_campaigns(call: Call, query: PageQuery) -> Page[CampaignShape]:
    mine = select(Campaign).where(Campaign.account_id == call.account_id)
    rows, next_cursor = page_rows(call.session, mine, _NEWEST, query)
    return Page(campaign_shapes(call.session, [each for (each,) in rows]), next_cursor)


@operation(
    "POST",
    "/campaigns",
    Spec("Make a campaign, a draft", {201: CampaignShape}, body=CampaignMade, idempotent=True),
)
def make_campaign(call: Call, body: CampaignMade) -> Reply:
    made = Campaign(account_id=call.account_id, name=body.name.strip())
    call.session.add(made)
    call.session.flush()
    shape = campaign_shape(call.session, made)
    return Reply(shape, 201, f"/api/v1/campaigns/{made.id}")


@operation("GET", ONE, Spec("Show a campaign", {200: CampaignShape}))
def show_campaign(call: Call, campaign_id: UUID) -> CampaignShape:
    return campaign_shape(call.session, found_campaign(call, campaign_id))


@operation(
    "PATCH",
    ONE,
    Spec("Rename a campaign, or change its status", {200: CampaignShape}, body=CampaignChange),
)
def change_campaign(call: Call, body: CampaignChange, campaign_id: UUID) -> CampaignShape:
    campaign = found_campaign(call, campaign_id, lock=True)
    if isinstance(body.name, str):
        campaign.name = body.name.strip()
    if isinstance(body.status, CampaignStatus):
        campaign.status = body.status
    call.session.flush()
    return campaign_shape(call.session, campaign)


@operation(
    "POST",
    f"{ONE}/groups",
    Spec(
        "Let a campaign address groups",
        {200: CampaignShape},
        body=GroupsAdded,
        problems=(409,),
        idempotent=True,
    ),
)
def add_groups(call: Call, body: GroupsAdded, campaign_id: UUID) -> CampaignShape:
    """Groups that it has already stay as they are. Members are not added by it."""
    campaign = _open(call, campaign_id)
    if not campaign.add_groups(call.session, body.group_ids):
        raise Problem(404, "not-found", "One of the groups does not exist; none was added.")
    return campaign_shape(call.session, campaign)


@operation(
    "DELETE", f"{ONE}/groups/<uuid:group_id>", Spec("Take a group out of it", {204: None})
)
def remove_group(call: Call, campaign_id: UUID, group_id: UUID) -> Reply:
    """Whoever was added as a member of that group alone leaves the campaign with it."""
    campaign = found_campaign(call, campaign_id, lock=True)
    if not campaign.remove_group(call.session, group_id):
        raise Problem(404, "not-found")
    return Reply(None, 204)


@operation(
    "POST",
    f"{ONE}/contacts",
    Spec(
        "Add contacts to a campaign, all of them or none",
        {200: CampaignShape},
        body=ContactsAdded,
        problems=(409,),
        idempotent=True,
    ),
)
def add_contacts(call: Call, body: ContactsAdded, campaign_id: UUID) -> CampaignShape:
    campaign = _open(call, campaign_id)
    add_eligible(call, campaign, body.contact_ids)
    return campaign_shape(call.session, campaign)


@operation(
    "DELETE", f"{ONE}/contacts/<uuid:contact_id>", Spec("Take a contact out of it", {204: None})
)
def remove_contact(call: Call, campaign_id: UUID, contact_id: UUID) -> Reply:
    campaign = found_campaign(call, campaign_id, lock=True)
    if not campaign.remove(call.session, contact_id):
        raise Problem(404, "not-found")
    return Reply(None, 204)


def add_eligible(call: Call, campaign: Campaign, contact_ids: Sequence[UUID]) -> None:
    """Add all of them. Raises Problem: 404 for no contact of ours, 409 that names who and why.

    The 409 is of the first reason that anybody has; `ids` has whom it concerns, `refused`
    everybody, each with the reason.
    """
    refused = refusals(call.session, campaign, contact_ids)
    if refused is None:
        raise Problem(404, "not-found", "One of the contacts does not exist; none was added.")
    if refused:
        first = next(why for why in Ineligible if why in refused.values())
        every = [{"contact_id": str(id_), "code": why} for id_, why in refused.items()]
        ids = [str(id_) for id_, why in refused.items() if why is first]
        raise Problem(409, first, ids=ids, refused=every)
    campaign.add(call.session, contact_ids, call.by.id)


def found_campaign(call: Call, campaign_id: UUID, *, lock: bool = False) -> Campaign:
    """Return a campaign of the caller's account. Raises Problem(404)."""
    found = Campaign.of_account(call.session, call.account_id, campaign_id, lock=lock)
    if found is None:
        raise Problem(404, "not-found")
    return found


def _open(call: Call, campaign_id: UUID) -> Campaign:
    campaign = found_campaign(call, campaign_id, lock=True)
    if campaign.status is CampaignStatus.ENDED:
        raise Problem(409, "conflict", "The campaign has ended; nothing can be added to it.")
    return campaign
