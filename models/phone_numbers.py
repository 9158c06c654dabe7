"""The numbers an account texts from. Only an approved one may carry a text."""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.accounts import Account
from models.db import Base

#: SQL, the number that texts of integration *i* leave from now: its own, or the oldest one
#: where that may not carry any. No row where the account has no approved number.
SENDING_NUMBER = """(SELECT n.number FROM phone_numbers n
       WHERE n.account_id = i.account_id AND n.status = 'approved' AND n.deleted_at IS NULL
       ORDER BY n.id = i.phone_number_id DESC, n.created_at, n.id LIMIT 1)"""


class PhoneNumberStatus(StrEnum):
    PENDING = "pending"  # registered here, not yet approved for messaging
    APPROVED = "approved"  # may carry texts
    REJECTED = "rejected"  # the carriers refused it


class PhoneNumber(Base):
    """A messaging number of an account, as E.164."""

    __tablename__ = "phone_numbers"
    __table_args__ = (
        Index(
            "uq_phone_numbers_live",
            "account_id",
            "number",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index("ix_phone_numbers_number", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id))
    number: Mapped[str]
    status: Mapped[PhoneNumberStatus] = mapped_column(default=PhoneNumberStatus.PENDING)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    deleted_at: Mapped[datetime | None]

    @classmethod
    def register(cls, session: Session, account_id: UUID, number: str) -> Self | None:
        """Make a pending number, or return None when the account has it already."""
        wanted = insert(cls).values(account_id=account_id, number=number)
        return session.scalar(wanted.on_conflict_do_nothing().returning(cls))

    @classmethod
    def of_account(
        cls, session: Session, account_id: UUID, wanted: UUID, *, lock: bool = False
    ) -> Self | None:
        query = select(cls).where(
            cls.account_id == account_id, cls.id == wanted, cls.deleted_at.is_(None)
        )
        return session.scalar(query.with_for_update() if lock else query)

    @classmethod
    def oldest_approved(
        cls, session: Session, account_id: UUID, *, besides: UUID | None = None
    ) -> Self | None:
        """Return the approved number that has been there longest, or None."""
        query = (
            select(cls)
            .where(
                cls.account_id == account_id,
                cls.status == PhoneNumberStatus.APPROVED,
                cls.deleted_at.is_(None),
                cls.id.is_distinct_from(besides),
            )
            .order_by(cls.created_at, cls.id)
            .limit(1)
        )
        return session.scalar(query)

    @classmethod
    def approved(cls, session: Session, account_id: UUID, wanted: UUID | None) -> Self | None:
        """Return this number of the account if texts may go out from it."""
        query = select(cls).where(
            cls.id == wanted,
            cls.account_id == account_id,
            cls.status == PhoneNumberStatus.APPROVED,
            cls.deleted_at.is_(None),
        )
        return session.scalar(query)

    @classmethod
    def accounts_of(cls, session: Session, number: str) -> list[UUID]:
        """Return every account that has, or ever had, this number.

        Deleted ones too: a person may still answer to a number that is no longer in use,
        and a stop has to be heard all the same.
        """
        query = select(cls.account_id).where(cls.number == number).distinct()
        query = query.order_by(cls.account_id)  # whoever locks several locks them in one order
        return list(session.scalars(query))
