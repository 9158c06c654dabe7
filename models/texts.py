"""The conversation with a person: what they texted. Our own side is their deliveries."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.db import Base


class Text(Base):
    """A text that came in, or the one confirmation that answered it."""

    __tablename__ = "texts"
    __table_args__ = (
        Index("ix_texts_person", "account_id", "phone", "at"),
        Index("uq_texts_sid", "account_id", "sid", "direction", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID]
    phone: Mapped[str]
    our_number: Mapped[str]
    direction: Mapped[str]  # in or out
    body: Mapped[str]
    status: Mapped[str]
    sid: Mapped[str]
    reading: Mapped[str]  # what senders.optout read in it
    raw: Mapped[dict[str, Any]] = mapped_column(JSONB)
    request_id: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
