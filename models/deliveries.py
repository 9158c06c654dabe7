"""A delivery: the compliance message of one lead, and how far it got.

`ready -> sending -> sent | ready | refused | landline | unknown`; `unknown -> sent | ready
(once) | review`; `ready -> suppressed | canceled | landline`; later, by receipts:
`sent -> delivered | undelivered | landline`. Only an operator's retry leads back to `ready`
from `undelivered`, `refused` and `review`.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base
from models.leads import Lead


class DeliveryStatus(StrEnum):
    READY = "ready"  # to be sent when `due_at` has come
    SENDING = "sending"  # claimed by one job, which is talking to Twilio
    SENT = "sent"  # Twilio took it
    DELIVERED = "delivered"  # the carrier confirmed it
    UNDELIVERED = "undelivered"  # the carrier gave it up
    LANDLINE = "landline"  # the number cannot receive texts
    REFUSED = "refused"  # Twilio never will
    UNKNOWN = "unknown"  # Twilio may have it: never resend before evidence
    REVIEW = "review"  # unknown twice: a person decides
    SUPPRESSED = "suppressed"  # the number was suppressed before the text left
    CANCELED = "canceled"  # an operator decided against it before it left


IN_FLIGHT = (DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN)


class Delivery(Base):
    """One row per texted lead; `attempt` numbers its create calls."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(
            "uq_deliveries_in_flight",
            "account_id",
            "phone",
            unique=True,
            postgresql_where=text("status IN ('sending', 'unknown')"),
        ),
        Index("ix_deliveries_person", "account_id", "phone"),
        Index("ix_deliveries_due", "due_at", postgresql_where=text("status = 'ready'")),
        Index(
            "ix_deliveries_lease", "lease_until", postgresql_where=text("status = 'sending'")
        ),
        Index("ix_deliveries_check", "check_at", postgresql_where=text("check_at IS NOT NULL")),
        Index("uq_deliveries_sid", "sid", unique=True),
    )

    lead_id: Mapped[UUID] = mapped_column(ForeignKey(Lead.id), primary_key=True)
    account_id: Mapped[UUID]
    integration_id: Mapped[UUID]
    contact_id: Mapped[UUID | None]
    phone: Mapped[str]
    from_number: Mapped[str]
    body: Mapped[str]
    status: Mapped[DeliveryStatus]
    reason: Mapped[str | None]  # why it waits, or why it ended so
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    valid_until: Mapped[datetime | None]  # the end of the sending window, where there is one
    #: How the number begins, where texts to such numbers are capped by the hour.
    prefix: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    #: Attempts in a row that Twilio certainly did not take; the backoff grows with it.
    setbacks: Mapped[int] = mapped_column(default=0, server_default="0")
    attempt_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    sid: Mapped[str | None]
    error_code: Mapped[int | None]
    accepted_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    #: When to look it up at Twilio: an unknown one, or a sent one without a final receipt.
    check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0, server_default="0")
    rung_at: Mapped[datetime | None]
    unknowns: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @classmethod
    def in_flight(cls, session: Session, account_id: UUID, phone: str) -> "list[Delivery]":
        """Return the texts to a number that may be at the carrier, not yet settled."""
        query = select(cls).where(
            cls.account_id == account_id, cls.phone == phone, cls.status.in_(IN_FLIGHT)
        )
        return list(session.scalars(query))


class Attempt(Base):
    """One create call of a delivery and what came of it."""

    __tablename__ = "attempts"
    __table_args__ = (
        Index(
            "ix_attempts_prefix",
            "prefix",
            "started_at",
            postgresql_where=text(
                "prefix IS NOT NULL"
                " AND (outcome IS NULL OR outcome NOT IN ('not sent', 'halted'))"
            ),
        ),
    )

    lead_id: Mapped[UUID] = mapped_column(ForeignKey(Delivery.lead_id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[UUID]
    started_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    sid: Mapped[str | None]
    error_code: Mapped[int | None]
    detail: Mapped[str | None]
    prefix: Mapped[str | None]  # the delivery's
    #: Where a later attempt left from another number; else it is the delivery's.
    from_number: Mapped[str | None]
