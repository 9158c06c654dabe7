"""A circuit: an error that speaks of our Twilio account or of a number, not of one text.

While it is open the leads wait with the reason; one due text is let through now and then, and
the first success closes it. An operator who has mended the cause may release it at once.
"""

from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base
from models.phone_numbers import PhoneNumber

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

    @classmethod
    def concerning(
        cls, session: Session, account_id: UUID, *, lock: bool = False
    ) -> list[Self]:
        """Return the open circuits in the way of an account's texts, the oldest first."""
        numbers = select("number:" + PhoneNumber.number).where(
            PhoneNumber.account_id == account_id, PhoneNumber.deleted_at.is_(None)
        )
        query = select(cls).where(
            cls.closed_at.is_(None), or_(cls.scope == ACCOUNT, cls.scope.in_(numbers))
        )
        query = query.order_by(cls.opened_at, cls.scope)
        return list(session.scalars(query.with_for_update() if lock else query))

    @classmethod
    def released(cls, session: Session, account_id: UUID, scope: str) -> Self | None:
        """Let texts go again behind the account's circuit; None if it is not one.

        Its alarm closes with the next look. What Twilio refuses for the same opens it anew.
        """
        found = cls.concerning(session, account_id, lock=True)
        circuit = next((each for each in found if each.scope == scope), None)
        if circuit is not None:
            circuit.closed_at = session.scalar(select(func.now()))
            session.flush()
        return circuit

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
