"""The audit: who did what to what, when, by which request. Append-only; a trigger sees to it.

The timeline tells the story of a person; this tells that of the operators.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, func, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base
from models.timeline import Actor

#: What a subject may have; the rest of a long name says nothing more.
_LETTERS = 300


class AuditEntry(Base):
    """One thing that an operator did."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_newest", "account_id", text("id DESC")),
        Index("ix_audit_entries_by", "account_id", "by_id", text("id DESC")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    account_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    by_id: Mapped[UUID | None]
    by_name: Mapped[str | None]
    verb: Mapped[str]  # "paused the integration"
    subject: Mapped[str]  # on what: a name an operator knows, or a path of the API
    request_id: Mapped[str | None]


def audit(  # noqa: PLR0913  (one argument a column; callers name the last)
    session: Session,
    account_id: UUID,
    by: Actor,
    verb: str,
    subject: str = "",
    *,
    request_id: str | None = None,
) -> None:
    """Write down what *by* did, within the transaction that does it."""
    session.add(
        AuditEntry(
            account_id=account_id,
            by_id=by.id,
            by_name=by.name,
            verb=verb,
            subject=subject[:_LETTERS],
            request_id=request_id,
        )
    )
