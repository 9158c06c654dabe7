"""Answers already given to a request with an Idempotency-Key, kept for 24 hours."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.db import Base


class Answer(Base):
    """The first answer to a key; the same request again gets it again."""

    __tablename__ = "answers"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    status: Mapped[int | None]  # None promises nothing: the next request begins anew
    body: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    location: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
