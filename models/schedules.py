"""A schedule: a sweep the clock rings for, and how its last run went."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.db import Base


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
