"""A receipt: what Twilio told us later about a delivery. Each one is kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.db import Base

#: How far along a status is. A receipt of a lower rank than what is known changes nothing.
RANKS = {
    "accepted": 0,
    "scheduled": 0,
    "queued": 0,
    "sending": 1,
    "sent": 2,
    "delivered": 3,
    "read": 3,
    "undelivered": 3,
    "failed": 3,
    "canceled": 3,
}
FINAL_RANK = 3


class Receipt(Base):
    """One status callback, or one look at Twilio's record of a text."""

    __tablename__ = "receipts"
    __table_args__ = (
        Index("ix_receipts_lead", "lead_id", "id"),
        Index("ix_receipts_open", "received_at", postgresql_where=text("applied_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    lead_id: Mapped[UUID | None]  # None when it names no delivery of ours
    attempt: Mapped[int | None]
    sid: Mapped[str]
    status: Mapped[str]
    error_code: Mapped[int | None]
    raw: Mapped[dict[str, Any]] = mapped_column(JSONB)
    request_id: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    applied_at: Mapped[datetime | None]
