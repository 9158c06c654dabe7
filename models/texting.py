"""The claim of a text: the right to make one create call, decided by one statement.

`begin` is for a lead that has no text yet: what it decides on and the claim are one call of the
database (migration 0013). `claim` is for a text that is there. What may come of either is in
models/attempts.py.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

import config
from models.calls import call
from models.lead_steps import ClaimedLead
from models.phone_numbers import SENDING_NUMBER
from models.prefix_caps import LEAVES_ROOM, lock_prefix
from models.suppressions import lock_suppressions

#: Longer than the longest call and its retries: who holds it longer is dead.
LEASE_SECONDS = 90


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


def begin(lead: ClaimedLead, from_number: str, body: str) -> Claim | None:
    """Give a lead its text, `sending` under a lease, if nothing at all stands in the way.

    Committed when this returns. None: nothing is decided, and there is something to look at
    first. Nobody suppressed, no landline and nobody in a group, no other text to the number on
    its way, the integration on, at all hours, and the circuit closed: then it may go.
    """
    token = uuid4()
    row = call(
        _BEGIN,
        *(lead.id, lead.account_id, lead.claims, uuid4(), lead.phone),
        *(from_number, body, token, LEASE_SECONDS),
    )
    if row is None or row[0] is None:
        return None
    return Claim(
        lead_id=lead.id,
        account_id=lead.account_id,
        contact_id=row[0],
        token=token,
        attempt=1,
        phone=lead.phone,
        from_number=from_number,
        body=body,
        setbacks=0,
        valid_until=None,
        prefix=None,
        request_id=lead.request_id,
    )


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

    The text leaves from the number that the integration texts from now, not from the one it
    was made with: attempts before keep theirs.

    Raises IntegrityError when another text to the number was claimed at this very moment.
    """
    lock_suppressions(session, account_id, exclusive=False)
    if prefix is not None:
        lock_prefix(session, account_id, prefix)
    given = {"lead_id": lead_id, "token": uuid4(), "lease": LEASE_SECONDS, "probe": probe}
    given["cap"] = config.PREFIX_CAP_HOURLY
    row = session.execute(_CLAIM, given).one_or_none()
    return Claim(**row._mapping) if row else None  # noqa: SLF001  (SQLAlchemy's public name)


_BEGIN = "SELECT begin_text_v1(%s, %s, %s, %s, %s, %s, %s, %s, %s)"

_CLAIM = text(f"""
    WITH claimed AS (
      UPDATE deliveries d
      SET status = 'sending', attempt = d.attempt + 1, attempt_token = :token, reason = NULL,
          lease_until = now() + make_interval(secs => :lease), check_at = NULL,
          from_number = ours.number
      FROM leads l, integrations i, LATERAL {SENDING_NUMBER} ours
      WHERE d.lead_id = :lead_id AND d.status = 'ready' AND d.due_at <= now()
        AND l.id = d.lead_id AND l.status = 'texting'
        AND i.id = d.integration_id AND i.status = 'active' AND i.deleted_at IS NULL
        AND NOT EXISTS (
          SELECT 1 FROM suppressions s
          WHERE s.account_id = d.account_id AND s.phone = d.phone AND s.lifted_at IS NULL)
        AND NOT EXISTS (
          SELECT 1 FROM contacts p
          WHERE p.account_id = d.account_id AND p.phone = d.phone AND p.deleted_at IS NULL
            AND p.landline)
        AND NOT EXISTS (
          SELECT 1 FROM deliveries o
          WHERE o.account_id = d.account_id AND o.phone = d.phone
            AND o.status IN ('sending', 'unknown'))
        AND (:probe OR NOT EXISTS (
          SELECT 1 FROM circuits c
          WHERE c.closed_at IS NULL AND c.scope IN ('account', 'number:' || ours.number)))
        AND (i.quiet_hours = 'off' OR d.valid_until > now())
        AND {LEAVES_ROOM}
      RETURNING d.lead_id, d.account_id, d.contact_id, d.attempt_token AS token, d.attempt,
        d.phone, d.from_number, d.body, d.setbacks, d.prefix, l.request_id,
        CASE WHEN d.valid_until > now() THEN d.valid_until END AS valid_until
    ), noted AS (
      INSERT INTO attempts (lead_id, number, token, prefix)
      SELECT lead_id, attempt, token, prefix FROM claimed
    ), kept AS (
      UPDATE attempts a SET from_number = was.from_number
      FROM claimed JOIN deliveries was ON was.lead_id = claimed.lead_id
      WHERE a.lead_id = claimed.lead_id AND a.from_number IS NULL
        AND was.from_number <> claimed.from_number
    )
    SELECT * FROM claimed
""")  # noqa: S608  (a constant of ours)
