"""What a crash, a lost ring or a due time left behind: found by the clock's sweeps.

Each function takes its rows in one statement, marks them so that the next sweep leaves them
alone for a while, and returns what to ring for.
"""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

import config

#: A sweep rings for so many at once: what is left comes a second later.
MOST = 1_000


@dataclass(frozen=True)
class Pace:
    """How soon a row that waits is rung for, and how soon once more, in seconds."""

    waited: float
    again: float
    most: int = MOST


PROMPT = Pace(waited=2, again=10)
DUE = Pace(waited=1, again=10)
#: For workers who are behind: what waits, waits because of that. But what was rung for into a
#: Redis that lost it would wait until nobody is behind any more, while newer rows pass it by.
SLOW = Pace(waited=60, again=600, most=20)
#: Of looks at Twilio: their due time itself is put off, by so much as may be lost again.
LOOK, SLOW_LOOK = Pace(waited=0, again=30), Pace(waited=60, again=120, most=20)


def received_leads(connection: Connection, pace: Pace = PROMPT) -> list[UUID]:
    """Leads whose job was lost, or whose worker died while it processed them."""
    return _ids(
        connection,
        """
        UPDATE leads SET rung_at = now() WHERE id IN (
          SELECT id FROM leads
          WHERE status = 'received' AND received_at < now() - make_interval(secs => :waited)
            AND (lease_until IS NULL OR lease_until < now())
            AND (rung_at IS NULL OR rung_at < now() - make_interval(secs => :again))
          ORDER BY received_at LIMIT :most FOR UPDATE SKIP LOCKED)
        RETURNING id
        """,
        pace,
    )


def due_texts(connection: Connection, pace: Pace = DUE) -> list[UUID]:
    """Texts whose due time has come and which nobody sends."""
    return _ids(
        connection,
        """
        UPDATE deliveries SET rung_at = now() WHERE lead_id IN (
          SELECT d.lead_id FROM deliveries d JOIN leads l ON l.id = d.lead_id
          WHERE d.status = 'ready' AND d.due_at < now() - make_interval(secs => :waited)
            AND l.status = 'texting'
            AND (d.rung_at IS NULL OR d.rung_at < now() - make_interval(secs => :again)
                 OR d.rung_at < d.due_at)
          ORDER BY d.due_at LIMIT :most FOR UPDATE OF d SKIP LOCKED)
        RETURNING lead_id
        """,
        pace,
    )


def due_checks(connection: Connection, pace: Pace = LOOK) -> list[tuple[UUID, int]]:
    """Texts to look up at Twilio, each with the number of looks before."""
    rows = connection.execute(_DUE_CHECKS, asdict(pace))
    return [(row.lead_id, row.checks) for row in rows]


_DUE_CHECKS = text("""
    UPDATE deliveries SET check_at = now() + make_interval(secs => :again) WHERE lead_id IN (
      SELECT lead_id FROM deliveries WHERE check_at <= now() - make_interval(secs => :waited)
      ORDER BY check_at LIMIT :most FOR UPDATE SKIP LOCKED)
    RETURNING lead_id, checks
""")


def unapplied_receipts(connection: Connection) -> list[UUID]:
    """Deliveries with a receipt whose job was lost."""
    return _ids(
        connection,
        """
        SELECT DISTINCT lead_id FROM (
          SELECT lead_id FROM receipts
          WHERE applied_at IS NULL AND lead_id IS NOT NULL
            AND received_at < now() - interval '3 seconds'
          ORDER BY received_at LIMIT :most) AS waiting
        """,
    )


def open_jobs(connection: Connection) -> list[UUID]:
    """Actions that no worker is at."""
    return _ids(
        connection,
        """
        UPDATE jobs SET rung_at = now() WHERE id IN (
          SELECT id FROM jobs
          WHERE status IN ('queued', 'running') AND created_at < now() - interval '2 seconds'
            AND (rung_at IS NULL OR rung_at < now() - interval '15 seconds')
          ORDER BY created_at LIMIT :most FOR UPDATE SKIP LOCKED)
        RETURNING id
        """,
    )


def expired_leases(connection: Connection) -> int:
    """Texts whose worker died in the middle of the call: Twilio may have them."""
    given = {"most": MOST, "wait": config.UNKNOWN_CHECKS[0]}
    return connection.execute(_EXPIRED_LEASES, given).rowcount


_EXPIRED_LEASES = text("""
    WITH lost AS (
      UPDATE deliveries
      SET status = 'unknown', reason = 'the worker died during the call', lease_until = NULL,
          unknowns = unknowns + 1, checks = 0, check_at = now() + make_interval(secs => :wait)
      WHERE lead_id IN (
        SELECT lead_id FROM deliveries WHERE status = 'sending' AND lease_until < now()
        ORDER BY lease_until LIMIT :most FOR UPDATE SKIP LOCKED)
      RETURNING lead_id, account_id, contact_id, attempt
    ), noted AS (
      UPDATE attempts SET ended_at = now(), outcome = 'unknown', detail = 'the worker died'
      FROM lost WHERE attempts.lead_id = lost.lead_id AND attempts.number = lost.attempt
    )
    INSERT INTO timeline (account_id, kind, text, lead_id, contact_id)
    SELECT account_id, 'text_unknown',
           'Twilio may have the text: it is looked for before anything is sent again.',
           lead_id, contact_id
    FROM lost
""")


def settled_suppressions(connection: Connection) -> int:
    """Note the suppressions for which the last text that was on its way is settled now."""
    return connection.execute(_SETTLED, {"most": MOST}).rowcount


#: Those of the last seconds are still waited for by the request that made them.
_SETTLED = text("""
    WITH settled AS (
      UPDATE suppressions s SET settled_at = now() WHERE id IN (
        SELECT id FROM suppressions u
        WHERE u.settled_at IS NULL AND u.lifted_at IS NULL
          AND u.created_at < now() - interval '25 seconds'
          AND NOT EXISTS (
            SELECT 1 FROM deliveries d WHERE d.account_id = u.account_id
              AND d.phone = u.phone AND d.status IN ('sending', 'unknown'))
        ORDER BY u.created_at LIMIT :most FOR UPDATE SKIP LOCKED)
      RETURNING s.account_id, s.phone
    )
    INSERT INTO timeline (account_id, kind, text, contact_id)
    SELECT c.account_id, 'suppression_settled', 'Nothing more can go out to this number.', c.id
    FROM settled JOIN contacts c ON c.account_id = settled.account_id
      AND c.phone = settled.phone AND c.deleted_at IS NULL
""")


def held_of_deleted(connection: Connection) -> int:
    """Drop held leads whose integration was deleted, should its job have been lost."""
    return connection.execute(_HELD_OF_DELETED, {"most": MOST}).rowcount


# Texts before leads, as everybody locks them: who suppresses one of these numbers at this
# moment must not be in the way, nor be kept waiting for ever. A text that somebody else holds
# is left to the next run.
_HELD_OF_DELETED = text("""
    WITH going AS (
      SELECT l.id, d.lead_id IS NOT NULL AS has_text FROM leads l
      JOIN integrations i ON i.id = l.integration_id
      LEFT JOIN deliveries d ON d.lead_id = l.id AND d.status = 'ready'
      WHERE l.status = 'held' AND i.deleted_at < now() - interval '30 seconds'
      ORDER BY l.received_at LIMIT :most
    ), locked AS (
      SELECT lead_id FROM deliveries
      WHERE lead_id IN (SELECT id FROM going WHERE has_text) AND status = 'ready'
      FOR UPDATE SKIP LOCKED
    ), canceled AS (
      UPDATE deliveries SET status = 'canceled', reason = 'integration deleted',
                            final_at = now(), check_at = NULL
      WHERE lead_id IN (SELECT lead_id FROM locked)
      RETURNING lead_id
    ), dropped AS (
      UPDATE leads SET status = 'dropped', reason = 'integration deleted'
      WHERE status = 'held' AND (id IN (SELECT lead_id FROM canceled)
                                 OR id IN (SELECT id FROM going WHERE NOT has_text))
      RETURNING id, account_id, contact_id
    )
    INSERT INTO timeline (account_id, kind, text, lead_id, contact_id)
    SELECT account_id, 'dropped', 'Dropped: integration deleted.', id, contact_id FROM dropped
""")


def _ids(connection: Connection, statement: str, pace: Pace = PROMPT) -> list[UUID]:
    rows: Any = connection.execute(text(statement), asdict(pace))
    return [row[0] for row in rows]
