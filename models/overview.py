"""What the first page tells of an account: what waits for a person, and the last 24 hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

HOURS = 24
#: Counting stops here: a person only wants to know that it is many.
MOST_COUNTED = 1000
#: So many of the last leads say which tools send them.
LATEST = 1000


@dataclass(frozen=True)
class Waiting:
    """How much waits for somebody's decision; at most one more than MOST_COUNTED of each."""

    needs_attention: int
    held: int
    rejections: int  # of the last day, not replayed, at the live URL
    reviews: int  # opt-outs that were read out of a person's own words


@dataclass(frozen=True)
class Hour:
    """One hour of the last day. `delivered` and `undelivered` are of its leads' texts."""

    begins: datetime
    leads: int
    delivered: int
    undelivered: int


def waiting(session: Session, account_id: UUID) -> Waiting:
    given = {"account_id": account_id, "most": MOST_COUNTED + 1}
    return Waiting(*session.execute(_WAITING, given).one())


def last_day(session: Session, account_id: UUID) -> list[Hour]:
    """Return the last 24 hours, the current one last, every hour named."""
    given = {"account_id": account_id, "before": timedelta(hours=HOURS - 1)}
    return [Hour(*row) for row in session.execute(_HOURS, given)]


def senders_seen(session: Session, account_id: UUID, since: datetime) -> dict[str, int]:
    """Count the latest leads since a time by the format they came in, most first."""
    given = {"account_id": account_id, "since": since, "most": LATEST}
    return {row.sender: row.leads for row in session.execute(_SENDERS, given)}


_WAITING = text("""
    SELECT
      (SELECT count(*) FROM (SELECT 1 FROM leads WHERE account_id = :account_id
        AND status = 'needs_attention' LIMIT :most) AS a),
      (SELECT count(*) FROM (SELECT 1 FROM leads WHERE account_id = :account_id
        AND status = 'held' LIMIT :most) AS b),
      (SELECT count(*) FROM (SELECT 1 FROM rejections WHERE account_id = :account_id
        AND received_at > now() - interval '1 day' AND url = 'live' AND replayed_at IS NULL
        LIMIT :most) AS c),
      (SELECT count(*) FROM (SELECT 1 FROM suppressions WHERE account_id = :account_id
        AND needs_review AND lifted_at IS NULL LIMIT :most) AS d)
""")

_HOURS = text("""
    SELECT hour, count(l.id) AS leads,
           count(*) FILTER (WHERE d.status = 'delivered') AS delivered,
           count(*) FILTER (WHERE d.status IN ('undelivered', 'refused')) AS undelivered
    FROM generate_series(date_trunc('hour', now()) - CAST(:before AS interval),
                         date_trunc('hour', now()), interval '1 hour') AS hour
    LEFT JOIN leads l ON l.account_id = :account_id
      AND l.received_at >= hour AND l.received_at < hour + interval '1 hour'
    LEFT JOIN deliveries d ON d.lead_id = l.id
    GROUP BY hour ORDER BY hour
""")

_SENDERS = text("""
    SELECT sender, count(*) AS leads FROM (
      SELECT sender FROM leads
      WHERE account_id = :account_id AND received_at >= :since
      ORDER BY received_at DESC, id DESC LIMIT :most) AS latest
    GROUP BY sender ORDER BY leads DESC, sender
""")
