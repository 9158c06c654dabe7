"""An account, the people who operate it, and the keys their scripts use."""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.crypto import new_token, token_hash
from models.db import Base
from models.passwords import hash_password

API_KEY_PREFIX = "oak_"


class LastOwner(Exception):
    """Another operator has to be an owner before this one ceases to be."""


class Role(StrEnum):
    OWNER = "owner"  # may also lift suppressions, approve numbers, make keys
    MEMBER = "member"  # works the opt-in queue


class Account(Base):
    """One business with its own integration, contacts and operators."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    default_region: Mapped[str] = mapped_column(default="US")
    time_zone: Mapped[str] = mapped_column(default="America/New_York")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @classmethod
    def one_at_a_time(cls, session: Session) -> None:
        """Wait for whoever else makes an account, before looking what there is."""
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext("make an account"))))

    @classmethod
    def lock(cls, session: Session, account_id: UUID) -> None:
        """Let nobody else change the account's numbers or switch, until the transaction ends.

        Always taken before the integration's row. Rows that refer to the account may be made
        meanwhile.
        """
        row = select(cls.id).where(cls.id == account_id).with_for_update(key_share=True)
        session.execute(row)


class Operator(Base):
    """A person who may sign in."""

    __tablename__ = "operators"
    __table_args__ = (
        Index(
            "uq_operators_email",
            text("lower(email)"),
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("ix_operators_account_id", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id))
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(default=Role.MEMBER)
    password_hash: Mapped[str]
    time_zone: Mapped[str | None]  # None: that of the account
    shortcuts: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    removed_at: Mapped[datetime | None]  # the row stays: what was done keeps its name

    def set_password(self, password: str) -> None:
        self.password_hash = hash_password(password)

    @classmethod
    def by_email(cls, session: Session, email: str) -> Self | None:
        """Return the operator who signs in with this e-mail, whatever its case."""
        return session.scalar(
            select(cls).where(
                func.lower(cls.email) == func.lower(email), cls.removed_at.is_(None)
            )
        )

    @classmethod
    def team(cls, session: Session, account_id: UUID) -> list[Self]:
        """Return who may sign in, by name."""
        query = select(cls).where(cls.account_id == account_id, cls.removed_at.is_(None))
        return list(session.scalars(query.order_by(func.lower(cls.name), cls.id)))

    @classmethod
    def locked(cls, session: Session, account_id: UUID, wanted: UUID) -> Self | None:
        """Return an operator of the account, with the account's lock taken first."""
        Account.lock(session, account_id)
        query = select(cls).where(
            cls.account_id == account_id, cls.id == wanted, cls.removed_at.is_(None)
        )
        return session.scalar(query.execution_options(populate_existing=True))

    def change_role(self, session: Session, role: Role) -> None:
        """Make it an owner or a member, and its keys with it. Raises LastOwner.

        The account's lock is held: two owners cannot demote each other at once.
        """
        if role is not Role.OWNER:
            self._leave_an_owner(session)
        self.role = role
        session.execute(update(ApiKey).where(ApiKey.operator_id == self.id).values(role=role))

    def remove(self, session: Session) -> int:
        """Let it sign in no more; return how many keys went with it. Raises LastOwner."""
        self._leave_an_owner(session)
        self.removed_at = session.scalars(select(func.now())).one()
        revoked = (
            update(ApiKey)
            .where(ApiKey.operator_id == self.id, ApiKey.revoked_at.is_(None))
            .values(revoked_at=func.now())
            .returning(ApiKey.id)
        )
        return len(session.execute(revoked).all())

    def _leave_an_owner(self, session: Session) -> None:
        another = select(Operator.id).where(
            Operator.account_id == self.account_id,
            Operator.id != self.id,
            Operator.role == Role.OWNER,
            Operator.removed_at.is_(None),
        )
        if self.role is Role.OWNER and session.scalar(another.limit(1)) is None:
            raise LastOwner

    @classmethod
    def exists(cls, session: Session) -> bool:
        """Say whether anybody can sign in at all."""
        anybody = select(cls.id).where(cls.removed_at.is_(None)).limit(1)
        return session.scalar(anybody) is not None


class ApiKey(Base):
    """Lets a script act for an account, with the role of the operator who made it."""

    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id), index=True)
    operator_id: Mapped[UUID] = mapped_column(ForeignKey(Operator.id))
    name: Mapped[str]
    role: Mapped[Role]
    key_hash: Mapped[bytes] = mapped_column(unique=True)
    hint: Mapped[str]  # the last four letters, to tell keys apart on a page
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]

    @classmethod
    def make(cls, operator: Operator, name: str) -> tuple[Self, str]:
        """Return a key for *operator* and its secret, which is not kept anywhere."""
        secret = API_KEY_PREFIX + new_token()
        key = cls(
            account_id=operator.account_id,
            operator_id=operator.id,
            name=name,
            role=operator.role,
            key_hash=token_hash(secret),
            hint=secret[-4:],
        )
        return key, secret

    @classmethod
    def bearer(cls, session: Session, secret: str) -> tuple[Self, str] | None:
        """Return the key with this secret and the name of its maker, while it is valid."""
        found = session.execute(
            select(cls, Operator.name)
            .join(Operator, Operator.id == cls.operator_id)
            .where(cls.key_hash == token_hash(secret), cls.revoked_at.is_(None))
        ).one_or_none()
        return None if found is None else (found[0], found[1])
