"""Groups that campaigns may address, and labels that move nobody."""

from datetime import datetime
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.accounts import Account
from models.contacts import Contact
from models.db import Base


class Named:
    """What groups and labels share: within an account a name is taken once, in any case."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id))
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @classmethod
    def make(cls, session: Session, account_id: UUID, name: str) -> Self | None:
        """Make one, or return None when the name is taken."""
        wanted = insert(cls).values(account_id=account_id, name=name)
        return session.scalar(wanted.on_conflict_do_nothing().returning(cls))

    @classmethod
    def of_account(
        cls, session: Session, account_id: UUID, wanted: UUID, *, lock: bool = False
    ) -> Self | None:
        query = select(cls).where(cls.account_id == account_id, cls.id == wanted)
        return session.scalar(query.with_for_update() if lock else query)

    def rename(self, session: Session, name: str) -> bool:
        """Say whether the new name was free, and take it if so."""
        try:
            with session.begin_nested():
                self.name = name
        except IntegrityError:
            session.refresh(self)
            return False
        return True


class Group(Named, Base):
    """A named set of contacts. Getting one means leaving the opt-in queue."""

    __tablename__ = "groups"
    __table_args__ = (Index("uq_groups_name", "account_id", text("lower(name)"), unique=True),)


class Membership(Base):
    """A contact in a group. Triggers refuse one of no group or no contact (migration 0034)."""

    __tablename__ = "memberships"

    group_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    account_id: Mapped[UUID]
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
    added_by: Mapped[UUID | None]


class Label(Named, Base):
    """A mark that contacts may carry, many each."""

    __tablename__ = "labels"
    __table_args__ = (Index("uq_labels_name", "account_id", text("lower(name)"), unique=True),)


class ContactLabel(Base):
    """A label on a contact. Triggers refuse one of no label or no contact (migration 0034)."""

    __tablename__ = "contact_labels"

    label_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)


class Note(Base):
    """What an operator wrote down about a contact."""

    __tablename__ = "notes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID]
    contact_id: Mapped[UUID] = mapped_column(ForeignKey(Contact.id), index=True)
    body: Mapped[str]
    by_id: Mapped[UUID | None]
    by_name: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
