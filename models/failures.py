"""Failures: runs of an actor that ended in an error nobody expected.

Written by workers/failures.py, read by the worker dashboard. Dramatiq's own dead letters
lack the last error and vanish after a week. Where the job itself stands: models/failed_jobs.py.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base

#: Runs of one job that are shown, the newest.
MOST_SHOWN = 20


class Failure(Base):
    """One failed run. Runs of one message share its id, those of one cause its fingerprint."""

    __tablename__ = "failures"
    __table_args__ = (
        Index("ix_failures_at", "at", "id"),
        Index("ix_failures_message", "message_id", "attempt"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    actor: Mapped[str]
    queue: Mapped[str]
    message_id: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)  # {"args": […], "kwargs": {…}}
    attempt: Mapped[int]  # 1 for the first run
    will_retry: Mapped[bool]  # Dramatiq runs the message again by itself
    error_class: Mapped[str]
    fingerprint: Mapped[str]  # the same for the same class raised in the same function
    message: Mapped[str]  # like the traceback, with nothing personal left in it
    traceback: Mapped[str]
    request_id: Mapped[str | None]

    @classmethod
    def of_message(cls, session: Session, message_id: str) -> list["Failure"]:
        """Return the failed runs of a job, the newest first."""
        query = select(cls).where(cls.message_id == message_id)
        newest = query.order_by(cls.attempt.desc(), cls.id.desc()).limit(MOST_SHOWN)
        return list(session.scalars(newest))
