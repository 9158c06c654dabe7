"""A contact: a person in the opt-in queue or in a group."""

from datetime import datetime
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, exists, func, select, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.accounts import Account
from models.db import Base
from models.leads import Lead

_LIVE = text("deleted_at IS NULL")
_QUEUED = text("queued_at IS NOT NULL")


class Contact(Base):
    """One living row per account and number.

    `group_count` and `suppressed` are kept by triggers (migration 0002): nothing else writes
    them. Getting a group or a suppression empties `queued_at` in the same statement.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        Index("uq_contacts_live", "account_id", "phone", unique=True, postgresql_where=_LIVE),
        CheckConstraint("(queued_at IS NULL) = (queue_lead_id IS NULL)", name="queued_by_lead"),
        CheckConstraint(
            "queued_at IS NULL OR (deleted_at IS NULL AND NOT suppressed AND group_count = 0)",
            name="queued_only_when_free",
        ),
        Index("ix_contacts_queue", "account_id", "queued_at", "id", postgresql_where=_QUEUED),
        Index(
            "ix_contacts_queue_favorites",
            "account_id",
            "favorite",
            "queued_at",
            "id",
            postgresql_where=_QUEUED,
        ),
        Index(
            "ix_contacts_queue_landlines",
            "account_id",
            "queued_at",
            "id",
            postgresql_where=text("queued_at IS NOT NULL AND landline"),
        ),
        Index(
            "ix_contacts_queue_landline_favorites",
            "account_id",
            "favorite",
            "queued_at",
            "id",
            postgresql_where=text("queued_at IS NOT NULL AND landline"),
        ),
        Index("ix_contacts_all", "account_id", "first_seen_at", "id", postgresql_where=_LIVE),
        Index(
            "ix_contacts_all_landlines",
            "account_id",
            "first_seen_at",
            "id",
            postgresql_where=text("deleted_at IS NULL AND landline"),
        ),
        Index(
            "ix_contacts_all_landline_favorites",
            "account_id",
            "favorite",
            "first_seen_at",
            "id",
            postgresql_where=text("deleted_at IS NULL AND landline"),
        ),
        Index(
            "ix_contacts_all_favorites",
            "account_id",
            "favorite",
            "first_seen_at",
            "id",
            postgresql_where=_LIVE,
        ),
        Index("ix_contacts_deleted", "id", postgresql_where=text("deleted_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id))
    phone: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    favorite: Mapped[bool] = mapped_column(default=False, server_default="false")
    landline: Mapped[bool] = mapped_column(default=False, server_default="false")
    group_count: Mapped[int] = mapped_column(default=0, server_default="0")
    suppressed: Mapped[bool] = mapped_column(default=False, server_default="false")
    queued_at: Mapped[datetime | None]
    queue_lead_id: Mapped[UUID | None] = mapped_column(ForeignKey(Lead.id))
    first_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    deleted_at: Mapped[datetime | None]

    @classmethod
    def of_account(
        cls, session: Session, account_id: UUID, wanted: UUID, *, lock: bool = False
    ) -> Self | None:
        """Return a contact of the account that is not deleted, locked for changing if asked."""
        query = select(cls).where(
            cls.account_id == account_id, cls.id == wanted, cls.deleted_at.is_(None)
        )
        return session.scalar(query.with_for_update() if lock else query)

    @classmethod
    def waits_for(cls, session: Session, lead_id: UUID) -> bool:
        """Say whether somebody stands in the opt-in queue on this lead's word."""
        return session.scalar(select(exists().where(cls.queue_lead_id == lead_id))) is True


class ContactSearch(Base):
    """What a contact is found by: folded words, and "#" with three digits of the number.

    A trigger keeps it (migration 0004); models/contact_search.py asks it.
    """

    __tablename__ = "contact_search"
    __table_args__ = (Index("ix_contact_search_terms", "terms", postgresql_using="gin"),)

    contact_id: Mapped[UUID] = mapped_column(
        ForeignKey(Contact.id, ondelete="CASCADE"), primary_key=True
    )
    terms: Mapped[str] = mapped_column(TSVECTOR)
