"""What came of an attempt at a text: the outcomes by name, one statement each.

A step that no longer applies (a receipt was faster, the attempt was given up) changes nothing
and says so. Each takes the attempt's token: only the job that made the call may record what
came of it.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

import config
from models.calls import call
from models.texting import Claim

#: No backoff is longer: once Twilio is back, nothing waits long.
LONGEST_BACKOFF_SECONDS = 15


def accepted(claim: Claim, sid: str | None) -> bool:
    """Twilio took it. False if that is known by a receipt, or this attempt was given up.

    Without a sid it is looked for like an unknown one, but never sent again. Committed: it is
    nearly always all that there is to record.
    """
    wait = config.SETTLE_SECONDS if sid else config.UNKNOWN_CHECKS[0]
    return call(_ACCEPTED, claim.lead_id, claim.token, claim.attempt, sid, wait) == (True,)


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


def _step(session: Session, statement: Any, claim: Claim, **given: object) -> bool:
    own = {"lead_id": claim.lead_id, "token": claim.token, "number": claim.attempt}
    return session.execute(statement, own | given).one_or_none() is not None


_ACCEPTED = "SELECT text_accepted_v1(%s, %s, %s, %s, %s)"

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
