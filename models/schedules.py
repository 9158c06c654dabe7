"""A schedule: a sweep the clock rings for, and how its last run went."""

from datetime import datetime
from typing import Self

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base

#: A clock that is well takes what is due within half a second.
_LATE_SECONDS = 15


class Schedule(Base):
    """One row per sweep."""

    __tablename__ = "schedules"

    name: Mapped[str] = mapped_column(primary_key=True)
    every_seconds: Mapped[float]
    next_at: Mapped[datetime]
    last_at: Mapped[datetime | None]
    last_seconds: Mapped[float | None]
    last_result: Mapped[str | None]
    disabled: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def all(cls, session: Session) -> list[Self]:
        return list(session.scalars(select(cls).order_by(cls.name)))

    @classmethod
    def locked(cls, session: Session, name: str) -> Self | None:
        return session.scalar(select(cls).where(cls.name == name).with_for_update())

    @classmethod
    def clock_is_late(cls, session: Session) -> bool:
        """Say whether something is long overdue: no clock ticks, or its queue is paused."""
        late = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, _LATE_SECONDS)
        overdue = select(cls.name).where(cls.next_at < late, ~cls.disabled).limit(1)
        return session.scalar(overdue) is not None

    def switch(self, session: Session, *, disabled: bool) -> None:
        """Have the clock leave it out, or ring for it again from now on."""
        if self.disabled and not disabled:
            self.next_at = session.scalars(select(func.now())).one()
        self.disabled = disabled
