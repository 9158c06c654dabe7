"""Who may be added to a campaign, and why the others may not.

The view `campaign_eligible` (migration 0018) says the same to the database's own guards.
"""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, literal, null, select
from sqlalchemy.orm import Session

from models.campaigns import Campaign, CampaignContact, CampaignGroup
from models.contacts import Contact
from models.groups import Membership
from models.many import is_one_of
from models.suppressions import lock_suppressions


class Ineligible(StrEnum):
    """Why a contact cannot be added to a campaign. The first that applies is told."""

    IN_OPTIN_QUEUE = "in-opt-in-queue"  # waits to be moved to a group
    SUPPRESSED = "suppressed"  # must not be texted
    NOT_IN_GROUP = "not-in-group"  # in none of the campaign's groups


def refusals(
    session: Session, campaign: Campaign, contact_ids: Sequence[UUID]
) -> dict[UUID, Ineligible] | None:
    """Say why some of these cannot be added; None if one is no contact of the account.

    What is read stays true until the transaction ends: whoever suppresses waits, and the
    contacts' rows are locked against joining, leaving and deletion.
    """
    lock_suppressions(session, campaign.account_id, exclusive=False)
    locked = (
        select(Contact.id)
        .where(
            Contact.account_id == campaign.account_id,
            is_one_of(Contact.id, contact_ids),
            Contact.deleted_at.is_(None),
        )
        .order_by(Contact.id)
        .with_for_update(read=True)
    )
    if set(session.scalars(locked)) != set(contact_ids):
        return None
    query = select(Contact.id, why_not(campaign.id)).where(is_one_of(Contact.id, contact_ids))
    return {id_: Ineligible(why) for id_, why in session.execute(query) if why}


def is_member(campaign_id: UUID) -> ColumnElement[bool]:
    """The condition that a contact is in one of the campaign's groups."""
    return exists().where(
        Membership.contact_id == Contact.id,
        Membership.group_id == CampaignGroup.group_id,
        CampaignGroup.campaign_id == campaign_id,
    )


def is_added(campaign_id: UUID) -> ColumnElement[bool]:
    """The condition that a contact was added to the campaign."""
    return exists().where(
        CampaignContact.contact_id == Contact.id, CampaignContact.campaign_id == campaign_id
    )


def is_eligible(campaign_id: UUID) -> ColumnElement[bool]:
    """The condition of the view `campaign_eligible`, for a living contact."""
    return and_(is_free(), is_member(campaign_id))


def is_free() -> ColumnElement[bool]:
    """What of it is asked of the contact alone."""
    return and_(~Contact.suppressed, Contact.queued_at.is_(None))


def why_not(campaign_id: UUID) -> ColumnElement[str | None]:
    """Why a living contact cannot be added to the campaign; NULL if it can."""
    return case(
        (Contact.queued_at.is_not(None), literal(Ineligible.IN_OPTIN_QUEUE.value)),
        (Contact.suppressed, literal(Ineligible.SUPPRESSED.value)),
        (~is_member(campaign_id), literal(Ineligible.NOT_IN_GROUP.value)),
        else_=null(),
    )
