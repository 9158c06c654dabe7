"""Invitations: a link, shown once, by which somebody becomes an operator of an account.

The link's token is kept as a hash. Whoever opens the link chooses name, e-mail and password;
the invitation says as what. It can be used once, for a week.
"""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.accounts import Account, Role
from models.crypto import new_token, token_hash
from models.db import Base
from models.timeline import Actor

VALID = timedelta(days=7)


class Invitation(Base):
    """One link."""

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_account_id", "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    role: Mapped[Role]
    note: Mapped[str]  # for whom it is meant, as the inviter put it
    by_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    @classmethod
    def make(
        cls, session: Session, account_id: UUID, by: Actor, role: Role, note: str
    ) -> tuple[Self, str]:
        """Return an invitation and its token, which is kept nowhere."""
        token = new_token()
        made = cls(
            account_id=account_id,
            token_hash=token_hash(token),
            role=role,
            note=note,
            by_name=by.name or "",
            expires_at=func.now() + VALID,
        )
        session.add(made)
        session.flush()
        session.refresh(made)
        return made, token

    @classmethod
    def open_by_token(cls, session: Session, token: str, *, lock: bool = False) -> Self | None:
        """Return the invitation of a link while it can be used."""
        query = select(cls).where(
            cls.token_hash == token_hash(token),
            cls.used_at.is_(None),
            cls.withdrawn_at.is_(None),
            cls.expires_at > func.now(),
        )
        return session.scalar(query.with_for_update() if lock else query)

    @classmethod
    def open_of_account(cls, session: Session, account_id: UUID) -> list[Self]:
        query = select(cls).where(
            cls.account_id == account_id,
            cls.used_at.is_(None),
            cls.withdrawn_at.is_(None),
            cls.expires_at > func.now(),
        )
        return list(session.scalars(query.order_by(cls.created_at, cls.id)))
