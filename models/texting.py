"""The steps of a delivery, each decided by one statement that looks at what is there now.

Claim, then the outcomes by name. A step that no longer applies (a receipt was faster, another
job has it) changes nothing and says so. Each outcome takes the attempt's token: only the job
that made the call may record what came of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

import config
from models.prefix_caps import LEAVES_ROOM, lock_prefix
from models.suppressions import lock_suppressions

#: Longer than the longest call and its retries: who holds it longer is dead.
LEASE_SECONDS = 90
#: No backoff is longer: once Twilio is back, nothing waits long.
LONGEST_BACKOFF_SECONDS = 15


@dataclass(frozen=True)
class Claim:
    """The right to make one attempt at a text, and what to send."""

    lead_id: UUID
    account_id: UUID
    contact_id: UUID | None
    token: UUID
    attempt: int
    phone: str
    from_number: str
    body: str
    setbacks: int
    valid_until: datetime | None
    prefix: str | None
    request_id: str | None


def claim(
    session: Session,
    lead_id: UUID,
    account_id: UUID,
    *,
    probe: bool,
    prefix: str | None = None,
) -> Claim | None:
    """Turn a ready, due delivery into `sending` under a lease; None if it may not go now.

    Takes the suppression lock shared first, so that whoever suppresses the number either
    waits for this claim or is seen by it; then that of its capped *prefix*, so that no two
    claims count the same room. *probe* passes an open circuit.

    Raises IntegrityError when another text to the number was claimed at this very moment.
    """
    lock_suppressions(session, account_id, exclusive=False)
    if prefix is not None:
        lock_prefix(session, account_id, prefix)
    given = {"lead_id": lead_id, "token": uuid4(), "lease": LEASE_SECONDS, "probe": probe}
    given["cap"] = config.PREFIX_CAP_HOURLY
    row = session.execute(_CLAIM, given).one_or_none()
    return Claim(**row._mapping) if row else None  # noqa: SLF001  (SQLAlchemy's public name)


def accepted(session: Session | Connection, claim: Claim, sid: str | None) -> bool:
    """Twilio took it. False if that is known by a receipt, or this attempt was given up.

    Without a sid it is looked for like an unknown one, but never sent again.
    """
    wait = config.SETTLE_SECONDS if sid else config.UNKNOWN_CHECKS[0]
    return _step(session, _ACCEPTED, claim, sid=sid, wait=wait)


def not_sent(session: Session, claim: Claim, reason: str) -> bool:
    """Twilio does not have it: ready again, after a pause that grows with the setbacks."""
    longest = LONGEST_BACKOFF_SECONDS
    return _step(session, _NOT_SENT, claim, reason=reason, code=None, longest=longest)


def halted(session: Session, claim: Claim, code: int, reason: str) -> bool:
    """Twilio refuses us, not this text: ready again when the circuit lets one through."""
    return _step(
        session, _HALTED, claim, reason=reason, code=code, wait=config.CIRCUIT_PROBE_SECONDS
    )


def refused(session: Session, claim: Claim, status: str, code: int, reason: str) -> bool:
    """Twilio never will send it; *status* is `refused` or `landline`."""
    return _step(session, _REFUSED, claim, status=status, code=code, reason=reason)


def unknown(session: Session, claim: Claim, reason: str) -> bool:
    """Twilio may have it: look for it, and do not send before there is evidence."""
    return _step(session, _UNKNOWN, claim, reason=reason, wait=config.UNKNOWN_CHECKS[0])


def sid_of(session: Session, lead_id: UUID) -> str | None:
    """Return the id under which Twilio has the text of a lead, where that is known."""
    found: str | None = session.scalar(
        text("SELECT sid FROM deliveries WHERE lead_id = :lead_id"), {"lead_id": lead_id}
    )
    return found


def _step(session: Session | Connection, statement: Any, claim: Claim, **given: object) -> bool:
    own = {"lead_id": claim.lead_id, "token": claim.token, "number": claim.attempt}
    return session.execute(statement, own | given).one_or_none() is not None


_CLAIM = text(f"""
    WITH claimed AS (
      UPDATE deliveries d
      SET status = 'sending', attempt = d.attempt + 1, attempt_token = :token, reason = NULL,
          lease_until = now() + make_interval(secs => :lease), check_at = NULL
      FROM leads l, integrations i
      WHERE d.lead_id = :lead_id AND d.status = 'ready' AND d.due_at <= now()
        AND l.id = d.lead_id AND l.status = 'texting'
        AND i.id = d.integration_id AND i.status = 'active' AND i.deleted_at IS NULL
        AND NOT EXISTS (
          SELECT 1 FROM suppressions s
          WHERE s.account_id = d.account_id AND s.phone = d.phone AND s.lifted_at IS NULL)
        AND NOT EXISTS (
          SELECT 1 FROM deliveries o
          WHERE o.account_id = d.account_id AND o.phone = d.phone
            AND o.status IN ('sending', 'unknown'))
        AND (:probe OR NOT EXISTS (
          SELECT 1 FROM circuits c
          WHERE c.closed_at IS NULL AND c.scope IN ('account', 'number:' || d.from_number)))
        AND (i.quiet_hours = 'off' OR d.valid_until > now())
        AND {LEAVES_ROOM}
      RETURNING d.lead_id, d.account_id, d.contact_id, d.attempt_token AS token, d.attempt,
        d.phone, d.from_number, d.body, d.setbacks, d.prefix, l.request_id,
        CASE WHEN d.valid_until > now() THEN d.valid_until END AS valid_until
    ), noted AS (
      INSERT INTO attempts (lead_id, number, token, prefix)
      SELECT lead_id, attempt, token, prefix FROM claimed
    )
    SELECT * FROM claimed
""")  # noqa: S608  (a constant of ours)

_ACCEPTED = text("""
    WITH step AS (
      UPDATE deliveries
      SET status = 'sent', sid = coalesce(sid, :sid), accepted_at = now(), setbacks = 0,
          lease_until = NULL, checks = 0, error_code = NULL, reason = NULL,
          check_at = now() + make_interval(secs => :wait)
      WHERE lead_id = :lead_id AND attempt_token = :token
        AND status IN ('sending', 'unknown') AND (sid IS NULL OR sid = :sid)
      RETURNING lead_id, account_id, contact_id, from_number
    ), closed AS (  -- a text went through: whatever was open for its number or for all closes
      UPDATE circuits SET closed_at = now() FROM step
      WHERE closed_at IS NULL AND scope IN ('account', 'number:' || step.from_number)
    ), noted AS (
      UPDATE attempts SET ended_at = clock_timestamp(), outcome = 'accepted', sid = :sid
      WHERE lead_id = (SELECT lead_id FROM step) AND number = :number
    ), why AS (  -- what it waited for is over
      UPDATE leads SET reason = NULL
      WHERE id = (SELECT lead_id FROM step) AND status = 'texting' AND reason IS NOT NULL
    ), told AS (
      INSERT INTO timeline (account_id, kind, text, lead_id, contact_id, request_id)
      SELECT step.account_id, 'texted', 'Compliance message handed to Twilio.', step.lead_id,
             step.contact_id, leads.request_id
      FROM step JOIN leads ON leads.id = step.lead_id
    )
    SELECT lead_id FROM step
""")

_NOT_SENT = text("""
    WITH step AS (
      UPDATE deliveries
      SET status = 'ready', reason = :reason, setbacks = setbacks + 1, lease_until = NULL,
          due_at = now() + make_interval(
            secs => least(:longest, power(2, least(setbacks, 10))) * (0.5 + random() / 2))
      WHERE lead_id = :lead_id AND attempt_token = :token AND status = 'sending'
      RETURNING lead_id
    ), noted AS (
      UPDATE attempts SET ended_at = clock_timestamp(), outcome = 'not sent',
                          error_code = CAST(:code AS integer), detail = :reason
      WHERE lead_id = :lead_id AND number = :number
    ), why AS (
      UPDATE leads SET reason = :reason WHERE id = (SELECT lead_id FROM step)
    )
    SELECT lead_id FROM step
""")

_HALTED = text("""
    WITH step AS (
      UPDATE deliveries
      SET status = 'ready', reason = :reason, error_code = :code, lease_until = NULL,
          due_at = now() + make_interval(secs => :wait)
      WHERE lead_id = :lead_id AND attempt_token = :token AND status = 'sending'
      RETURNING lead_id
    ), noted AS (
      UPDATE attempts SET ended_at = clock_timestamp(), outcome = 'halted', error_code = :code,
                          detail = :reason
      WHERE lead_id = :lead_id AND number = :number
    ), why AS (
      UPDATE leads SET reason = :reason WHERE id = (SELECT lead_id FROM step)
    )
    SELECT lead_id FROM step
""")

_REFUSED = text("""
    WITH step AS (
      UPDATE deliveries
      SET status = :status, reason = :reason, error_code = :code, lease_until = NULL,
          final_at = now(), check_at = NULL
      WHERE lead_id = :lead_id AND attempt_token = :token AND status = 'sending'
      RETURNING lead_id
    ), noted AS (
      UPDATE attempts SET ended_at = clock_timestamp(), outcome = :status, error_code = :code,
                          detail = :reason
      WHERE lead_id = :lead_id AND number = :number
    )
    SELECT lead_id FROM step
""")

_UNKNOWN = text("""
    WITH step AS (
      UPDATE deliveries
      SET status = 'unknown', reason = :reason, unknowns = unknowns + 1, lease_until = NULL,
          checks = 0, check_at = now() + make_interval(secs => :wait)
      WHERE lead_id = :lead_id AND attempt_token = :token AND status = 'sending'
      RETURNING lead_id, account_id, contact_id
    ), noted AS (
      UPDATE attempts SET ended_at = clock_timestamp(), outcome = 'unknown', detail = :reason
      WHERE lead_id = :lead_id AND number = :number
    ), told AS (
      INSERT INTO timeline (account_id, kind, text, lead_id, contact_id)
      SELECT account_id, 'text_unknown',
             'Twilio may have the text: it is looked for before anything is sent again.',
             lead_id, contact_id
      FROM step
    )
    SELECT lead_id FROM step
""")
