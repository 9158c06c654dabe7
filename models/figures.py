"""Figures that take a look at every row: counted by a sweep now and then, read by everybody.

Leads by status and deliveries by outcome cannot be counted while somebody waits once there
are a million of them. So every web process tells the same number, and when it was counted.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base

LEADS, DELIVERIES = "leads", "deliveries"


class Figure(Base):
    """One number: of `name`, such as leads, those with `label`, such as joined."""

    __tablename__ = "figures"

    name: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)
    counted_at: Mapped[datetime]

    @classmethod
    def named(cls, session: Session, name: str) -> dict[str, int]:
        """Return the last count of each label."""
        rows = session.execute(select(cls.label, cls.value).where(cls.name == name))
        return {row.label: row.value for row in rows}

    @classmethod
    def age_seconds(cls, session: Session) -> float | None:
        """Return how long ago the figures were counted; None if never."""
        age = func.extract("epoch", func.now() - func.max(cls.counted_at))
        seconds = session.scalar(select(age))
        return None if seconds is None else float(seconds)


class Waiting(NamedTuple):
    """The leads nobody has processed yet, and the circuits that hold texts back."""

    leads: int
    oldest_seconds: float
    circuits: int


def waiting(session: Session) -> Waiting:
    """Ask for what has to be known to the second; by index alone."""
    return Waiting(*session.execute(_WAITING).one())


def count_figures(connection: Connection) -> int:
    """Count anew; return how many figures. A label that nothing has any more stays, at 0."""
    return sum(connection.execute(statement).rowcount for statement in _COUNT)


def _count(name: str) -> str:
    return f"""
    WITH counted AS (
      SELECT '{name}' AS name, status AS label, count(*) AS value FROM {name} GROUP BY status
    ), gone AS (
      UPDATE figures SET value = 0, counted_at = now()
      WHERE name = '{name}' AND label NOT IN (SELECT label FROM counted)
    )
    INSERT INTO figures (name, label, value, counted_at)
    SELECT name, label, value, now() FROM counted
    ON CONFLICT (name, label) DO UPDATE
    SET value = excluded.value, counted_at = excluded.counted_at
    """  # noqa: S608  (two names of ours)


_COUNT = (text(_count(LEADS)), text(_count(DELIVERIES)))

_WAITING = text("""
    SELECT (SELECT count(*) FROM leads WHERE status = 'received') AS leads,
           coalesce((SELECT extract(epoch FROM now() - min(received_at)) FROM leads
                     WHERE status = 'received'), 0)::float AS oldest_seconds,
           (SELECT count(*) FROM circuits WHERE closed_at IS NULL) AS circuits
""")
