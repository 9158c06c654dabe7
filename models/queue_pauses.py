"""Pauses: the queues from which no worker may take jobs, by an operator's word.

PostgreSQL remembers them: they outlive every restart, of Redis too. workers/pauses.py has
every worker process look here at once when one changes.
"""

from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base
from models.timeline import Actor


class QueuePause(Base):
    """A queue is paused while it has a row."""

    __tablename__ = "queue_pauses"

    queue: Mapped[str] = mapped_column(primary_key=True)
    by_id: Mapped[UUID | None]
    by_name: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    @classmethod
    def begin(cls, session: Session, queue: str, by: Actor) -> bool:
        """Pause a queue; False if it was paused already."""
        row = {"queue": queue, "by_id": by.id, "by_name": by.name}
        adding = insert(cls).values(row).on_conflict_do_nothing().returning(cls.queue)
        return session.scalar(adding) is not None

    @classmethod
    def end(cls, session: Session, queue: str) -> bool:
        """Let a queue go on; False if it was not paused."""
        row = session.scalar(select(cls).where(cls.queue == queue).with_for_update())
        if row is None:
            return False
        session.delete(row)
        return True

    @classmethod
    def all(cls, session: Session) -> dict[str, Self]:
        """Return the pauses by queue."""
        return {row.queue: row for row in session.scalars(select(cls))}
