"""The people of a campaign: who was added, who may be, and why the others may not."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from models.campaigns import CampaignStatus
from models.eligibility import Ineligible
from web.api.campaign_shapes import EligibleShape, IneligibleShape, campaign_shape
from web.api.campaigns import ContactsAdded, add_contacts, found_campaign, remove_contact
from web.api.eligibility import (
    EligibleQuery,
    IneligibleQuery,
    list_added,
    list_eligible,
    list_ineligible,
)
from web.api.pages import Page
from web.api.schema import read_query
from web.pages.campaigns import HERE, ONE, WHY, groups_of
from web.pages.frame import page
from web.pages.from_api import ids_of, sent
from web.pages.rendering import back_to, render
from web.pages.tones import CAMPAIGN_TONES
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("pages_campaign_people", __name__)

TABS = (("eligible", "Eligible"), ("added", "Added"), ("others", "The others, and why"))


@page(bp, ONE)
def show_campaign(visit: Visit, campaign_id: UUID) -> ResponseReturnValue:
    campaign = found_campaign(visit.call(), campaign_id)
    tab = request.args.get("show", "eligible")
    found = _people(visit, campaign_id, tab)
    return render(
        "campaign.html",
        campaign=campaign_shape(visit.session, campaign),
        people=found.items,
        next_cursor=found.next_cursor,
        tab=tab,
        tabs=TABS,
        why=WHY,
        reasons=[*Ineligible],
        statuses=[*CampaignStatus],
        tones=CAMPAIGN_TONES,
        **groups_of(visit, campaign),
    )


@page(bp, f"{ONE}/add", "POST")
def add(visit: Visit, campaign_id: UUID) -> ResponseReturnValue:
    """Add those who are checked: all of them or none, with the reason of each who may not."""
    ids = ids_of(",".join(request.form.getlist("contact")))
    if not ids:
        visit.toast("Select somebody first.")
        return back_to(f"{HERE}/{campaign_id}")
    try:
        add_contacts(visit.call(), ContactsAdded(ids), campaign_id)
    except Problem as problem:
        if "ids" not in problem.members:
            raise
        visit.toast(f"Nobody was added. {problem.title} Look at “The others, and why”.")
        return back_to(f"{HERE}/{campaign_id}")
    many = f"{len(ids):,} {'contact' if len(ids) == 1 else 'contacts'}"
    visit.audit("added to the campaign", f"{campaign_id}: {many}")
    visit.toast(f"{many} added.")
    return back_to(f"{HERE}/{campaign_id}?show=added")


@page(bp, f"{ONE}/people/<uuid:contact_id>/remove", "POST")
def remove(visit: Visit, campaign_id: UUID, contact_id: UUID) -> ResponseReturnValue:
    remove_contact(visit.call(), campaign_id, contact_id)
    visit.audit("took a contact out of the campaign", f"{campaign_id}: {contact_id}")
    visit.toast("Taken out of the campaign.")
    return back_to(f"{HERE}/{campaign_id}?show=added")


def _people(
    visit: Visit, campaign_id: UUID, tab: str
) -> Page[EligibleShape] | Page[IneligibleShape]:
    if tab == "others":
        query = read_query(IneligibleQuery, sent())
        return list_ineligible(visit.call(), query, campaign_id)
    shown = list_added if tab == "added" else list_eligible
    return shown(visit.call(), read_query(EligibleQuery, sent()), campaign_id)
