"""What stands in the way of a text that could not be claimed, and how it waits for that."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

import config
from models.circuits import ACCOUNT, number_scope
from models.phone_numbers import SENDING_NUMBER
from models.prefix_caps import LEAVES_ROOM


@dataclass(frozen=True)
class Obstacle:
    """Why a delivery could not be claimed."""

    delivery_status: str
    due: bool
    lead_status: str
    integration: str  # active, paused or deleted
    suppressed: bool
    landline: bool
    another_in_flight: bool
    from_number: str | None  # the one it would leave from; None where none is approved
    circuit_reason: str | None
    outside_window: bool  # quiet hours, or nobody has looked yet
    prefix_full: bool

    @property
    def is_window_first(self) -> bool:
        """What ends the text, or holds it, comes before what only puts it off."""
        return self.outside_window and not self._is_going_nowhere

    @property
    def is_circuit_alone(self) -> bool:
        """A text that could not go anyway must not use up the circuit's turn."""
        others = self._is_going_nowhere or self.another_in_flight or self.prefix_full
        return self.circuit_reason is not None and not others

    @property
    def _is_going_nowhere(self) -> bool:
        """Say whether time alone changes nothing: the text ends here, or is held."""
        is_off = self.integration != "active"
        return self.suppressed or is_off or self.landline or self.from_number is None

    @property
    def is_waiting(self) -> bool:
        """Say whether nobody else has the text and its time has come."""
        return self.delivery_status == "ready" and self.due and self.lead_status == "texting"


def obstacle(session: Session, lead_id: UUID) -> Obstacle | None:
    """Say what stands in a delivery's way; None if there is no such delivery."""
    given = {"lead_id": lead_id, "cap": config.PREFIX_CAP_HOURLY}
    row = session.execute(_OBSTACLE, given).one_or_none()
    return Obstacle(**row._mapping) if row else None  # noqa: SLF001  (SQLAlchemy's public name)


def postpone(session: Session, lead_id: UUID, seconds: float, reason: str) -> None:
    """Have a ready delivery tried again in a while, give or take a quarter."""
    given = {"lead_id": lead_id, "seconds": seconds, "reason": reason}
    session.execute(_POSTPONE, given)


def may_probe(session: Session, from_number: str) -> bool:
    """Take the turn of letting one text through an open circuit, if it has come."""
    scopes = {"account": ACCOUNT, "number": number_scope(from_number)}
    given = scopes | {"wait": config.CIRCUIT_PROBE_SECONDS}
    return session.execute(_PROBE, given).first() is not None


_OBSTACLE = text(f"""
    SELECT d.status AS delivery_status, d.due_at <= now() AS due, l.status AS lead_status,
      CASE WHEN i.deleted_at IS NOT NULL THEN 'deleted' ELSE i.status END AS integration,
      EXISTS (SELECT 1 FROM suppressions s WHERE s.account_id = d.account_id
              AND s.phone = d.phone AND s.lifted_at IS NULL) AS suppressed,
      EXISTS (SELECT 1 FROM contacts p WHERE p.account_id = d.account_id
              AND p.phone = d.phone AND p.deleted_at IS NULL AND p.landline) AS landline,
      EXISTS (SELECT 1 FROM deliveries o WHERE o.account_id = d.account_id
              AND o.phone = d.phone AND o.lead_id <> d.lead_id
              AND o.status IN ('sending', 'unknown')) AS another_in_flight,
      (SELECT c.reason FROM circuits c WHERE c.closed_at IS NULL
       AND c.scope IN ('account', 'number:' || ours.number) LIMIT 1) AS circuit_reason,
      ours.number AS from_number,
      i.quiet_hours <> 'off' AND coalesce(d.valid_until <= now(), true)
        AS outside_window,
      NOT {LEAVES_ROOM} AS prefix_full
    FROM deliveries d JOIN leads l ON l.id = d.lead_id
    JOIN integrations i ON i.id = d.integration_id
    LEFT JOIN LATERAL {SENDING_NUMBER} ours ON true
    WHERE d.lead_id = :lead_id
""")  # noqa: S608  (a constant of ours)

_POSTPONE = text("""
    WITH step AS (
      UPDATE deliveries
      SET due_at = now() + make_interval(secs => :seconds * (0.75 + random() / 2)),
          reason = :reason
      WHERE lead_id = :lead_id AND status = 'ready' RETURNING lead_id
    )
    UPDATE leads SET reason = :reason WHERE id = (SELECT lead_id FROM step)
""")

_PROBE = text("""
    UPDATE circuits SET probe_at = now() + make_interval(secs => :wait)
    WHERE closed_at IS NULL AND probe_at <= now() AND scope IN (:account, :number)
    RETURNING scope
""")
