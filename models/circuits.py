"""A circuit: an error that speaks of our Twilio account or of a number, not of one text.

While it is open the leads wait with the reason; one due text is let through now and then, and
the first success closes it.
"""

from datetime import datetime

from sqlalchemy import func, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base

ACCOUNT = "account"


def number_scope(number: str) -> str:
    return f"number:{number}"


class Circuit(Base):
    """One row per thing that ever failed; open while `closed_at` is empty."""

    __tablename__ = "circuits"

    scope: Mapped[str] = mapped_column(primary_key=True)
    error_code: Mapped[int]
    reason: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    probe_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    @staticmethod
    def open(session: Session, scope: str, error_code: int, reason: str, probe: float) -> None:
        """Open the circuit, or renew the reason and the next probe of an open one."""
        session.execute(
            text("""
                INSERT INTO circuits (scope, error_code, reason, opened_at, probe_at)
                VALUES (:scope, :code, :reason, now(), now() + make_interval(secs => :probe))
                ON CONFLICT (scope) DO UPDATE SET
                  error_code = excluded.error_code, reason = excluded.reason,
                  opened_at = CASE WHEN circuits.closed_at IS NULL
                                   THEN circuits.opened_at ELSE now() END,
                  probe_at = excluded.probe_at, closed_at = NULL
            """),
            {"scope": scope, "code": error_code, "reason": reason, "probe": probe},
        )
