"""An integration, and the tokens of the endpoint URLs it has had."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import Text

from models.accounts import Account
from models.crypto import decrypt, encrypt, new_token, token_hash
from models.db import Base
from models.phone_numbers import PhoneNumber, PhoneNumberStatus


class IntegrationStatus(StrEnum):
    ACTIVE = "active"  # takes leads
    PAUSED = "paused"  # answers 423; what it took before is held


class LastApprovedNumber(Exception):
    """An active integration texts from it and there is no other: switch it off first."""


class QuietHours(StrEnum):
    OFF = "off"  # the compliance message answers the person's own request: send at once
    DEFER = "defer"  # wait for the next permitted hour at the person's place


class Integration(Base):
    """Our side of one sender: name, endpoint URL, on or off, compliance message."""

    __tablename__ = "integrations"
    __table_args__ = (
        Index(
            "uq_integrations_live",
            "account_id",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        CheckConstraint("duplicate_window_hours >= 0", name="window_not_negative"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id))
    name: Mapped[str]
    brand: Mapped[str]
    status: Mapped[IntegrationStatus] = mapped_column(default=IntegrationStatus.PAUSED)
    #: Counts every closing and opening, so that a late writer of the gate is recognized.
    revision: Mapped[int] = mapped_column(default=1)
    #: Redis could not be told yet that the URL is closed (see workers/gate.py).
    closing: Mapped[bool] = mapped_column(default=False)
    compliance_message: Mapped[str]
    phone_number_id: Mapped[UUID | None] = mapped_column(ForeignKey(PhoneNumber.id))
    default_region: Mapped[str] = mapped_column(default="US")
    allowed_countries: Mapped[list[str]] = mapped_column(ARRAY(Text))
    field_mapping: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    consent_required: Mapped[bool] = mapped_column(default=False)
    #: Rises whenever what a web process remembers has changed: see `parse_settings`.
    parse_version: Mapped[int] = mapped_column(default=1)
    duplicate_window_hours: Mapped[int] = mapped_column(default=24)
    lookup: Mapped[bool] = mapped_column(default=True)
    quiet_hours: Mapped[QuietHours] = mapped_column(default=QuietHours.OFF)
    rate_limit: Mapped[int | None]  # requests a minute; None: what RATE_LIMIT says, 0: no limit
    #: Sealed, at most two: see models/signing_secrets.py. Some: every body has to be signed.
    signing_secrets: Mapped[list[dict[str, str]]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'")
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    deleted_at: Mapped[datetime | None]

    @classmethod
    def of_account(
        cls, session: Session, account_id: UUID, *, lock: bool = False
    ) -> Self | None:
        """Return the account's one live integration, locked for changing if asked."""
        query = select(cls).where(cls.account_id == account_id, cls.deleted_at.is_(None))
        if lock:  # what is remembered of the row may be older than the wait for it
            query = query.with_for_update().execution_options(populate_existing=True)
        return session.scalar(query)

    @classmethod
    def make(cls, session: Session, account_id: UUID, settings: dict[str, Any]) -> Self | None:
        """Make an integration with its first URL, or return None when there is one already.

        *settings* are columns by name. It is active when its number is one, else paused. The
        caller holds Account.lock.
        """
        if cls.of_account(session, account_id) is not None:
            return None
        made = cls(account_id=account_id, **settings)
        opened = IntegrationStatus.ACTIVE if made.phone_number_id else IntegrationStatus.PAUSED
        made.status = opened
        session.add(made)
        session.flush()
        session.add(EndpointToken.make(made.id))
        session.flush()
        return made

    @classmethod
    def do_without(cls, session: Session, number: PhoneNumber) -> None:
        """Text from the oldest other approved number, as *number* is about to carry none.

        The caller holds Account.lock. Raises LastApprovedNumber.
        """
        integration = cls.of_account(session, number.account_id, lock=True)
        if integration is None or number.status is not PhoneNumberStatus.APPROVED:
            return
        other = PhoneNumber.oldest_approved(session, number.account_id, besides=number.id)
        if other is None and integration.status is IntegrationStatus.ACTIVE:
            raise LastApprovedNumber
        if integration.phone_number_id == number.id:
            integration.phone_number_id = other.id if other else None

    def change(self, settings: dict[str, Any]) -> None:
        """Set columns by name; what of it concerns requests counts from the next one on."""
        before = self.parse_settings()
        for name, value in settings.items():
            setattr(self, name, value)
        if self.parse_settings() != before:
            self.parse_version += 1

    def parse_settings(self) -> dict[str, Any]:
        """Return what a request is judged by before it is stored, as accept_lead_v1 does."""
        return {
            "default_region": self.default_region,
            "allowed_countries": self.allowed_countries,
            "mapping": self.field_mapping,
            "consent_required": self.consent_required,
            "signing_secrets": self.signing_secrets,
            "rate_limit": self.rate_limit,
        }


class EndpointToken(Base):
    """The secret part of an endpoint URL: hashed for look-up, sealed for showing again."""

    __tablename__ = "endpoint_tokens"
    __table_args__ = (
        Index(
            "uq_endpoint_tokens_current",
            "integration_id",
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    integration_id: Mapped[UUID] = mapped_column(ForeignKey(Integration.id), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    retired_at: Mapped[datetime | None]
    hits: Mapped[int] = mapped_column(default=0)  # requests since it was retired
    last_hit_at: Mapped[datetime | None]
    #: Requests above the rate limit: only counted, never kept.
    limited: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    @classmethod
    def make(cls, integration_id: UUID) -> Self:
        token = new_token()
        return cls(
            integration_id=integration_id, token_hash=token_hash(token), sealed=encrypt(token)
        )

    @classmethod
    def current(cls, session: Session, integration_id: UUID) -> Self:
        query = select(cls).where(
            cls.integration_id == integration_id, cls.retired_at.is_(None)
        )
        return session.scalars(query).one()

    @property
    def lock_number(self) -> int:
        """The number of the advisory lock under which this URL's state is read."""
        return int.from_bytes(self.token_hash[:8], "big", signed=True)

    @property
    def path(self) -> str:
        return f"/hooks/{decrypt(self.sealed)}"
