"""The timeline: what happened to a lead or a contact, in sentences, for ever.

Append-only; a trigger refuses UPDATE and DELETE. `created_at` of a lead is not repeated here:
the lead's own row tells it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, func
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base


@dataclass(frozen=True)
class Actor:
    """Who did it: an operator, or the service itself (both None)."""

    id: UUID | None = None
    name: str | None = None


SERVICE = Actor()


class TimelineEntry(Base):
    """One thing that happened."""

    __tablename__ = "timeline"
    __table_args__ = (
        Index("ix_timeline_lead", "lead_id", "id", postgresql_where=sql("lead_id IS NOT NULL")),
        Index(
            "ix_timeline_contact",
            "contact_id",
            "id",
            postgresql_where=sql("contact_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    account_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    kind: Mapped[str]
    text: Mapped[str]
    by_id: Mapped[UUID | None]
    by_name: Mapped[str | None]
    lead_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
    request_id: Mapped[str | None]

    @classmethod
    def add(  # noqa: PLR0913  (one argument a column; callers name them)
        cls,
        session: Session,
        account_id: UUID,
        kind: str,
        text: str,
        *,
        by: Actor = SERVICE,
        lead_id: UUID | None = None,
        contact_id: UUID | None = None,
        request_id: str | None = None,
    ) -> None:
        """Append an entry within the caller's transaction."""
        session.add(
            cls(
                account_id=account_id,
                kind=kind,
                text=text,
                by_id=by.id,
                by_name=by.name,
                lead_id=lead_id,
                contact_id=contact_id,
                request_id=request_id,
            )
        )
