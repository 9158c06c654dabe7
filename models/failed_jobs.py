"""Failed jobs: one row for each job that ever failed, and where it stands now.

The runs themselves are in models/failures.py. A job is known by Dramatiq's message id, which
all its runs share. workers/failures.py keeps the rows, the worker dashboard reads them, and an
operator has a dead job run again, or puts it away.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Computed, Identity, Index, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base

#: Nothing is counted further: a page says "1000+".
MOST_COUNTED = 1_000


class FailedJobState(StrEnum):
    RETRYING = "retrying"  # runs again: by itself, or because an operator asked for it
    DEAD = "dead"  # nobody runs it again unless an operator says so
    DONE = "done"  # a later run went well
    DELETED = "deleted"  # an operator put it away


OPEN_STATES = (FailedJobState.RETRYING, FailedJobState.DEAD)


class FailedJob(Base):
    """A job that failed. What it failed of is that of its last run."""

    __tablename__ = "failed_jobs"
    __table_args__ = (
        Index("ix_failed_jobs_state", "state", "id", postgresql_include=["account_id"]),
        Index(
            "ix_failed_jobs_cause",
            *("actor", "fingerprint", "state", "id"),
            postgresql_include=["account_id"],
        ),
        Index("ix_failed_jobs_subject", "subject_id"),
        Index("ix_failed_jobs_words", "words", postgresql_using="gin"),
        Index("ix_failed_jobs_last", "last_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID | None]  # whose lead or action it is about; None: the service's own
    subject_id: Mapped[UUID | None]  # the lead, action or text that it is about
    actor: Mapped[str]
    queue: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)
    request_id: Mapped[str | None]
    state: Mapped[FailedJobState]
    attempts: Mapped[int]  # runs that failed
    error_class: Mapped[str]
    fingerprint: Mapped[str]
    message: Mapped[str]
    first_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_at: Mapped[datetime] = mapped_column(server_default=func.now())
    next_at: Mapped[datetime | None]  # when it runs again
    ended_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            "to_tsvector('simple'::regconfig,"
            " translate(actor || ' ' || error_class || ' ' || message, '._:/-', '     '))",
            persisted=True,
        ),
        deferred=True,
    )

    @classmethod
    def seen_by(cls, account_id: UUID) -> ColumnElement[bool]:
        """The condition that an operator of this account may see it: nobody else's rows."""
        return or_(cls.account_id == account_id, cls.account_id.is_(None))

    @classmethod
    def of_account(cls, session: Session, account_id: UUID, wanted: int) -> Self | None:
        return session.scalar(select(cls).where(cls.seen_by(account_id), cls.id == wanted))

    @classmethod
    def locked(
        cls, session: Session, account_id: UUID, ids: Iterable[int], *states: FailedJobState
    ) -> list[Self]:
        """Lock those of *ids* that are in one of these states, in the order of their ids."""
        query = select(cls).where(
            cls.seen_by(account_id), cls.id.in_([*ids]), cls.state.in_(states)
        )
        return list(session.scalars(query.order_by(cls.id).with_for_update(skip_locked=True)))

    def run_again(self, now: datetime) -> None:
        """Note that it is about to run: whoever calls this rings for it after the commit."""
        self.state = FailedJobState.RETRYING
        self.next_at = now
        self.ended_at = None

    def put_away(self, now: datetime) -> None:
        self.state = FailedJobState.DELETED
        self.next_at = None
        self.ended_at = now
