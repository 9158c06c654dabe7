"""Campaigns: their groups, who of the members may be addressed, and why the others may not."""

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from models.campaigns import Campaign, CampaignGroup, CampaignStatus
from models.eligibility import Ineligible
from models.groups import Group
from web.api.campaigns import (
    CampaignChange,
    CampaignMade,
    GroupsAdded,
    add_groups,
    change_campaign,
    found_campaign,
    list_campaigns,
    make_campaign,
    remove_group,
)
from web.api.pages import PageQuery
from web.api.schema import read_query
from web.pages.frame import page
from web.pages.from_api import sent
from web.pages.rendering import back_to, render
from web.pages.tones import CAMPAIGN_TONES
from web.pages.visit import Visit

bp = Blueprint("pages_campaigns", __name__)

HERE = "/campaigns"
ONE = f"{HERE}/<uuid:campaign_id>"

LONGEST_NAME = 200


@page(bp, HERE)
def show_campaigns(visit: Visit) -> ResponseReturnValue:
    found = list_campaigns(visit.call(), read_query(PageQuery, sent()))
    return render(
        "campaigns.html",
        campaigns=found.items,
        next_cursor=found.next_cursor,
        tones=CAMPAIGN_TONES,
    )


@page(bp, HERE, "POST")
def make(visit: Visit) -> ResponseReturnValue:
    name = _name()
    if not name:
        visit.toast("A campaign needs a name of one line, 200 characters at most.")
        return back_to(HERE)
    reply = make_campaign(visit.call(), CampaignMade(name))
    visit.audit("made the campaign", name)
    visit.toast("Made. Now choose the groups that it may address.")
    return back_to(str(reply.location).removeprefix("/api/v1"))


@page(bp, f"{ONE}/change", "POST")
def change(visit: Visit, campaign_id: UUID) -> ResponseReturnValue:
    """Its name and its status, whichever the form has."""
    name, status = _name(), request.form.get("status", "")
    if status in {*CampaignStatus}:
        change_campaign(
            visit.call(), CampaignChange(status=CampaignStatus(status)), campaign_id
        )
    if name:
        change_campaign(visit.call(), CampaignChange(name=name), campaign_id)
    campaign = found_campaign(visit.call(), campaign_id)
    visit.audit("changed the campaign", f"{campaign.name}: {campaign.status}")
    visit.toast("Saved.")
    return _back(campaign_id)


@page(bp, f"{ONE}/groups", "POST")
def add_group(visit: Visit, campaign_id: UUID) -> ResponseReturnValue:
    try:
        group_id = UUID(request.form.get("group", ""))
    except ValueError:
        visit.toast("Choose a group first.")
        return _back(campaign_id)
    add_groups(visit.call(), GroupsAdded([group_id]), campaign_id)
    visit.audit("let a campaign address a group", f"{campaign_id}: {group_id}")
    visit.toast("Its members may be added now.")
    return _back(campaign_id)


@page(bp, f"{ONE}/groups/<uuid:group_id>/remove", "POST")
def take_group_out(visit: Visit, campaign_id: UUID, group_id: UUID) -> ResponseReturnValue:
    remove_group(visit.call(), campaign_id, group_id)
    visit.audit("took a group out of a campaign", f"{campaign_id}: {group_id}")
    visit.toast("Taken out, and whoever was added as its member.")
    return _back(campaign_id)


def groups_of(visit: Visit, campaign: Campaign) -> dict[str, Any]:
    """The groups of the campaign, and those that could be."""
    mine = select(CampaignGroup.group_id).where(CampaignGroup.campaign_id == campaign.id)
    has = set(visit.session.scalars(mine))
    query = select(Group.id, Group.name).where(Group.account_id == visit.account_id)
    rows = visit.session.execute(query.order_by(func.lower(Group.name))).all()
    return {
        "groups": [(id_, name) for id_, name in rows if id_ in has],
        "others": [(str(id_), name) for id_, name in rows if id_ not in has],
    }


#: Why somebody may not be added, in plain words.
WHY = {
    Ineligible.IN_OPTIN_QUEUE: "in the opt-in queue: move to a group first",
    Ineligible.SUPPRESSED: "suppressed: must not be texted",
    Ineligible.NOT_IN_GROUP: "in none of the campaign's groups",
}


def _name() -> str:
    name = request.form.get("name", "").strip()
    return name if len(name) <= LONGEST_NAME and name.isprintable() else ""


def _back(campaign_id: UUID) -> ResponseReturnValue:
    return back_to(f"{HERE}/{campaign_id}")
