"""A campaign: whom its groups let it address. It sends nothing yet.

Eligible are the living, unsuppressed members of its groups; nobody who waits in the opt-in
queue is one, having no group. A person added to a campaign is in it once for each of its
groups that they are in, so leaving the group is leaving the campaign. The database holds to
this by itself (migration 0018); models/eligibility.py asks first, so that the answer says why.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    delete,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.accounts import Account
from models.db import Base
from models.groups import Group, Membership
from models.many import each_of, is_one_of


class CampaignStatus(StrEnum):
    DRAFT = "draft"  # being put together
    ACTIVE = "active"  # in use
    ENDED = "ended"  # over: nobody is added any more


class Campaign(Base):
    """A name, a status, and the groups it may address."""

    __tablename__ = "campaigns"
    __table_args__ = (Index("ix_campaigns_newest", "account_id", "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id))
    name: Mapped[str]
    status: Mapped[CampaignStatus] = mapped_column(default=CampaignStatus.DRAFT)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @classmethod
    def of_account(
        cls, session: Session, account_id: UUID, wanted: UUID, *, lock: bool = False
    ) -> Self | None:
        query = select(cls).where(cls.account_id == account_id, cls.id == wanted)
        return session.scalar(query.with_for_update() if lock else query)

    def add_groups(self, session: Session, group_ids: Sequence[UUID]) -> bool:
        """Let it address these groups too; False, and nothing done, if one is not ours."""
        mine = select(Group.id).where(
            Group.account_id == self.account_id, is_one_of(Group.id, group_ids)
        )
        found = session.scalars(mine.with_for_update(read=True, key_share=True)).all()
        if set(found) != set(group_ids):
            return False
        rows = select(literal(self.id), each_of(found))
        adding = upsert(CampaignGroup).from_select(["campaign_id", "group_id"], rows)
        session.execute(adding.on_conflict_do_nothing())
        return True

    def remove_group(self, session: Session, group_id: UUID) -> bool:
        """Take a group out, and whoever was added as its member; False if it was not in."""
        removing = delete(CampaignGroup).where(
            CampaignGroup.campaign_id == self.id, CampaignGroup.group_id == group_id
        )
        return session.execute(removing.returning(CampaignGroup.group_id)).first() is not None

    def add(self, session: Session, contact_ids: Sequence[UUID], by: UUID | None) -> None:
        """Add contacts, none of which is refused."""
        rows = (
            select(literal(self.id), Membership.contact_id, Membership.group_id, literal(by))
            .join(CampaignGroup, CampaignGroup.group_id == Membership.group_id)
            .where(
                CampaignGroup.campaign_id == self.id,
                is_one_of(Membership.contact_id, contact_ids),
            )
        )
        columns = ["campaign_id", "contact_id", "group_id", "added_by"]
        adding = upsert(CampaignContact).from_select(columns, rows)
        session.execute(adding.on_conflict_do_nothing())

    def remove(self, session: Session, contact_id: UUID) -> bool:
        """Take a contact out; False if it was not in."""
        removing = delete(CampaignContact).where(
            CampaignContact.campaign_id == self.id, CampaignContact.contact_id == contact_id
        )
        found = session.execute(removing.returning(CampaignContact.contact_id))
        return found.first() is not None


class CampaignGroup(Base):
    """A group that a campaign may address."""

    __tablename__ = "campaign_groups"

    campaign_id: Mapped[UUID] = mapped_column(
        ForeignKey(Campaign.id, ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[UUID] = mapped_column(
        ForeignKey(Group.id, ondelete="CASCADE"), primary_key=True, index=True
    )


class CampaignContact(Base):
    """A person in a campaign, by one of their memberships."""

    __tablename__ = "campaign_contacts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "group_id"],
            [CampaignGroup.campaign_id, CampaignGroup.group_id],
            name="fk_campaign_contacts_group",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["group_id", "contact_id"],
            [Membership.group_id, Membership.contact_id],
            name="fk_campaign_contacts_membership",
            ondelete="CASCADE",
        ),
        Index("ix_campaign_contacts_membership", "contact_id", "group_id"),
        Index("ix_campaign_contacts_group", "campaign_id", "group_id"),
    )

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    group_id: Mapped[UUID] = mapped_column(primary_key=True)
    added_by: Mapped[UUID | None]
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
