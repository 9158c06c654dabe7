"""A job row: one action an operator asked for, how far it is, and what came of each row."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from uuid import UUID, uuid4

from sqlalchemy import Index, exists, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

import config
from models.db import Base
from models.job_rows import JobFile
from models.timeline import Actor

#: Rows that did not go through are named up to here; the others count as skipped.
MOST_FAILURES = 1_000

#: What can be undone, for config.UNDO_SECONDS after it has ended.
UNDOABLE = frozenset({"move_to_group", "add_label", "remove_label", "delete"})

Failure = dict[str, str]  # {"id": …, "reason": …}


class JobStatus(StrEnum):
    QUEUED = "queued"  # waits for a worker
    RUNNING = "running"  # a worker is at it, chunk by chunk
    DONE = "done"  # ended; failures tells what did not go through
    FAILED = "failed"  # ended early, with the reason
    CANCELLED = "cancelled"  # an operator stopped it (spelled as api.md fixes it)


OPEN = (JobStatus.QUEUED, JobStatus.RUNNING)


class Job(Base):
    """One action. `params` says what to do, `cursor` how far it got: any worker may go on."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_newest", "account_id", text("created_at DESC"), text("id DESC")),
        Index(
            "ix_jobs_open",
            "created_at",
            postgresql_where=text("status IN ('queued', 'running')"),
        ),
        Index(
            "ix_jobs_leftovers",
            "ended_at",
            postgresql_where=text("ended_at IS NOT NULL AND forgotten_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID]
    kind: Mapped[str]
    status: Mapped[JobStatus] = mapped_column(default=JobStatus.QUEUED)
    params: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    cursor: Mapped[str | None]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    failures: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    expected: Mapped[int | None]
    matched: Mapped[int | None]
    reason: Mapped[str | None]  # why it failed as a whole
    by_id: Mapped[UUID | None]
    by_name: Mapped[str | None]
    request_id: Mapped[str | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    undo_of: Mapped[UUID | None]
    undone_by: Mapped[UUID | None]
    undoable_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    rung_at: Mapped[datetime | None]
    #: What it found or made, beyond the counts: of an import, how many were in the queue.
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    #: Its chunks, its file and what undo needs are gone (models/job_leftovers.py).
    forgotten_at: Mapped[datetime | None]
    #: Read with the row: newer files, a day or a wipe take a file before its job is forgotten.
    has_file: Mapped[bool] = column_property(
        exists().where(JobFile.job_id == id).correlate_except(JobFile)  # noqa: A003  (ours)
    )

    @classmethod
    def of_account(
        cls, session: Session, account_id: UUID, wanted: UUID, *, lock: bool = False
    ) -> Self | None:
        query = select(cls).where(cls.account_id == account_id, cls.id == wanted)
        return session.scalar(query.with_for_update() if lock else query)

    @classmethod
    def claim(cls, session: Session, job_id: UUID) -> Self | None:
        """Return the job, locked for the next chunk; None if it has ended or another has it."""
        query = select(cls).where(cls.id == job_id, cls.status.in_(OPEN))
        return session.scalar(query.with_for_update(skip_locked=True))

    @classmethod
    def waiting(cls, session: Session, seconds: float) -> list[UUID]:
        """Return the open jobs that nobody has rung for or worked at for so long."""
        since = func.coalesce(cls.rung_at, cls.created_at)
        late = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
        query = select(cls.id).where(cls.status.in_(OPEN), since < late)
        return list(session.scalars(query.order_by(cls.created_at)))

    @property
    def by(self) -> Actor:
        return Actor(self.by_id, self.by_name)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def count(self, changed: int, failures: Sequence[Failure], of: int) -> None:
        """Add what came of *of* rows: changed, failed for a reason, or so already."""
        room = max(0, MOST_FAILURES - len(self.failures))
        self.failures = [*self.failures, *failures[:room]]
        self.done += changed
        self.skipped += of - changed - len(failures[:room])

    def end(self, session: Session, status: JobStatus, reason: str | None = None) -> None:
        """Say how it ended, and why where it matters. What it did not reach is skipped."""
        now = session.scalars(select(func.now())).one()
        if status is not JobStatus.DONE:
            self.skipped = max(self.skipped, self.total - self.done - len(self.failures))
        self.status = status
        self.reason = reason
        self.ended_at = now
        if self.kind in UNDOABLE:
            self.undoable_until = now + timedelta(seconds=config.UNDO_SECONDS)
