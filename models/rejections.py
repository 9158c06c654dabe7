"""A rejection: a request to a known endpoint URL that did not become a lead, and why."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid4

from sqlalchemy import Index, func, select, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base


class Rejection(Base):
    """Kept with its body so that it can be replayed once its cause is mended."""

    __tablename__ = "rejections"
    __table_args__ = (
        Index("ix_rejections_newest", "account_id", text("received_at DESC"), text("id DESC")),
        Index("ix_rejections_integration", "integration_id", text("received_at DESC")),
        Index("ix_rejections_terms", "terms", postgresql_using="gin"),
        Index("ix_rejections_unread", "account_id", postgresql_where=text("terms IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    account_id: Mapped[UUID]
    integration_id: Mapped[UUID]
    token_id: Mapped[UUID]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    status: Mapped[int]
    code: Mapped[str]
    detail: Mapped[str]
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    url: Mapped[str]  # live or retired
    content_type: Mapped[str | None]
    body: Mapped[bytes | None]
    request_id: Mapped[str | None]
    header_key: Mapped[str | None]  # what the sender calls it, by which a repetition is known
    replayed_at: Mapped[datetime | None]
    replayed_as: Mapped[UUID | None]
    #: What it is found by; not read yet where NULL (models/rejection_search.py).
    terms: Mapped[str | None] = mapped_column(TSVECTOR, deferred=True)

    @classmethod
    def of_account(
        cls, session: Session, account_id: UUID, wanted: UUID, *, lock: bool = False
    ) -> Self | None:
        query = select(cls).where(cls.account_id == account_id, cls.id == wanted)
        return session.scalar(query.with_for_update() if lock else query)
