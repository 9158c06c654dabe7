"""Sign-ins: who is at the dashboard, from which browser, until when.

The browser holds a random token in a cookie, this table its hash. A row that has ended, idled
too long or grown too old lets nobody in; nothing else has to be told.
"""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, Index, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.accounts import Account, Operator
from models.crypto import new_token, token_hash
from models.db import Base

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
#: A row is written at most this often while somebody works.
_STALE = timedelta(minutes=1)

_KEPT = timedelta(days=90)
_TOLD_LETTERS = 200


class SignIn(Base):
    """One browser of one operator."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_operator_id", "operator_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    operator_id: Mapped[UUID] = mapped_column(ForeignKey(Operator.id))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    address: Mapped[str]
    browser: Mapped[str]  # what it calls itself
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]

    @classmethod
    def begin(
        cls, session: Session, operator: Operator, address: str, browser: str
    ) -> tuple[Self, str]:
        """Sign an operator in; return the sign-in and its token, which is kept nowhere.

        Sign-ins of long ago go: the audit tells of them.
        """
        past = cls.created_at < func.now() - _KEPT
        session.execute(delete(cls).where(cls.operator_id == operator.id, past))
        token = new_token()
        made = cls(
            operator_id=operator.id,
            token_hash=token_hash(token),
            address=address,
            browser=browser[:_TOLD_LETTERS],
        )
        session.add(made)
        session.flush()
        return made, token

    @classmethod
    def bearer(cls, session: Session, token: str) -> "tuple[Self, Operator, Account] | None":
        """Return whose browser holds this token, while it may be used."""
        found = session.execute(
            select(cls, Operator, Account)
            .join(Operator, Operator.id == cls.operator_id)
            .join(Account, Account.id == Operator.account_id)
            .where(
                cls.token_hash == token_hash(token),
                Operator.removed_at.is_(None),
                *cls._open(),
            )
        ).one_or_none()
        return None if found is None else (found[0], found[1], found[2])

    @classmethod
    def of_operator(cls, session: Session, operator_id: UUID) -> list[Self]:
        """Return where an operator is signed in, the browser used last first."""
        query = select(cls).where(cls.operator_id == operator_id, *cls._open())
        return list(session.scalars(query.order_by(cls.seen_at.desc(), cls.id)))

    @classmethod
    def end_all(cls, session: Session, operator_id: UUID, *, but: UUID | None = None) -> int:
        """Sign an operator out everywhere, or everywhere *but* here; return how often."""
        ended = (
            update(cls)
            .where(cls.operator_id == operator_id, cls.id.is_distinct_from(but), *cls._open())
            .values(ended_at=func.now())
            .returning(cls.id)
        )
        return len(session.execute(ended).all())

    @classmethod
    def end(cls, session: Session, operator_id: UUID, wanted: UUID) -> bool:
        """Sign one browser of an operator out; False when it is not there."""
        ended = (
            update(cls)
            .where(cls.id == wanted, cls.operator_id == operator_id, *cls._open())
            .values(ended_at=func.now())
            .returning(cls.id)
        )
        return session.execute(ended).one_or_none() is not None

    @classmethod
    def _open(cls) -> tuple[ColumnElement[bool], ...]:
        return (
            cls.ended_at.is_(None),
            cls.seen_at > func.now() - IDLE,
            cls.created_at > func.now() - LONGEST,
        )

    def touch(self, session: Session) -> None:
        """Note that somebody is at work here."""
        session.execute(
            update(SignIn)
            .where(SignIn.id == self.id, SignIn.seen_at < func.now() - _STALE)
            .values(seen_at=func.now())
            .execution_options(synchronize_session=False)
        )
