"""How the API shows campaigns, and the people who may or may not be added to one."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.campaigns import (
    Campaign,
    CampaignContact,
    CampaignGroup,
    CampaignStatus,
)
from models.contacts import Contact
from models.eligibility import Ineligible, is_free
from web.api.schema import Time


class CampaignShape(msgspec.Struct):
    id: UUID
    name: str
    status: CampaignStatus
    groups: list[UUID]
    contacts: int  # how many of those added may be addressed
    created_at: Time


class EligibleShape(msgspec.Struct):
    contact_id: UUID
    first_name: str
    last_name: str
    phone: str
    added: bool  # in the campaign already


class IneligibleShape(msgspec.Struct):
    contact_id: UUID
    first_name: str
    last_name: str
    phone: str
    code: Ineligible


def campaign_shape(session: Session, campaign: Campaign) -> CampaignShape:
    return campaign_shapes(session, [campaign])[0]


def campaign_shapes(session: Session, campaigns: Sequence[Campaign]) -> list[CampaignShape]:
    ids = [each.id for each in campaigns]
    groups: dict[UUID, list[UUID]] = {id_: [] for id_ in ids}
    pairs = select(CampaignGroup.campaign_id, CampaignGroup.group_id).where(
        CampaignGroup.campaign_id.in_(ids)
    )
    for campaign_id, group_id in session.execute(pairs.order_by(CampaignGroup.group_id)):
        groups[campaign_id].append(group_id)
    added = _added(session, ids)
    return [
        CampaignShape(
            each.id,
            each.name,
            each.status,
            groups[each.id],
            added.get(each.id, 0),
            each.created_at,
        )
        for each in campaigns
    ]


def _added(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    """Count people, not their memberships: those whom the list of the campaign shows.

    Whoever was deleted stays a member for the sake of undo. That a membership is one of the
    campaign's groups, a foreign key sees to.
    """
    many = func.count(CampaignContact.contact_id.distinct())
    query = (
        select(CampaignContact.campaign_id, many)
        .join(Contact, Contact.id == CampaignContact.contact_id)
        .where(CampaignContact.campaign_id.in_(ids), Contact.deleted_at.is_(None), is_free())
    )
    rows = session.execute(query.group_by(CampaignContact.campaign_id))
    return {row[0]: row[1] for row in rows}
