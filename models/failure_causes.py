"""Failed jobs by cause: which actor failed of what, how often, and since when.

A cause is an actor and a fingerprint. The index on both is jumped through from one cause to
the next, and no count goes beyond what a page shows, so that a hundred thousand failures of
one cause cost as much as a thousand.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.failed_jobs import MOST_COUNTED, FailedJobState

#: More causes than this are not a list that anybody reads.
MOST_CAUSES = 500


class Cause(NamedTuple):
    """The failed jobs of one actor and fingerprint, as an operator may see them."""

    actor: str
    fingerprint: str
    queue: str
    error_class: str
    message: str  # of the newest of them
    dead: int  # MOST_COUNTED + 1 means: more than MOST_COUNTED
    retrying: int
    first_at: datetime
    last_at: datetime
    newest_id: int


def causes(session: Session, account_id: UUID) -> list[Cause]:
    """Return the causes of all jobs that are dead or retrying, the newest first."""
    given = {"account": account_id, "most": MOST_COUNTED + 1, "causes": MOST_CAUSES}
    return [Cause(*row) for row in session.execute(_CAUSES, given)]


def count_dead(
    session: Session, account_id: UUID, cause: tuple[str, str], up_to: int | None = None
) -> int:
    """Count the dead jobs of one cause, all of them: asked once, before something is done."""
    given = {
        "account": account_id,
        "actor": cause[0],
        "fingerprint": cause[1],
        "state": FailedJobState.DEAD.value,
        "up_to": up_to,
    }
    return int(session.scalar(_COUNT, given) or 0)


_CAUSES = text("""
    WITH RECURSIVE jumps AS (
      (SELECT actor, fingerprint FROM failed_jobs ORDER BY actor, fingerprint LIMIT 1)
      UNION ALL
      SELECT after.actor, after.fingerprint FROM jumps CROSS JOIN LATERAL (
        SELECT actor, fingerprint FROM failed_jobs f
        WHERE (f.actor, f.fingerprint) > (jumps.actor, jumps.fingerprint)
        ORDER BY f.actor, f.fingerprint LIMIT 1) AS after
    ), cause AS (
      SELECT actor, fingerprint FROM jumps LIMIT :causes
    ), counted AS (
      SELECT cause.*, dead.jobs AS dead, retrying.jobs AS retrying,
             least(dead.oldest, retrying.oldest) AS oldest,
             greatest(dead.newest, retrying.newest) AS newest
      FROM cause CROSS JOIN LATERAL (
        SELECT count(*) AS jobs, max(id) AS newest, min(id) AS oldest FROM (
          SELECT id FROM failed_jobs f
          WHERE f.actor = cause.actor AND f.fingerprint = cause.fingerprint
            AND f.state = 'dead' AND (f.account_id = :account OR f.account_id IS NULL)
          ORDER BY f.id DESC LIMIT :most) AS few
      ) AS dead CROSS JOIN LATERAL (
        SELECT count(*) AS jobs, max(id) AS newest, min(id) AS oldest FROM (
          SELECT id FROM failed_jobs f
          WHERE f.actor = cause.actor AND f.fingerprint = cause.fingerprint
            AND f.state = 'retrying' AND (f.account_id = :account OR f.account_id IS NULL)
          ORDER BY f.id DESC LIMIT :most) AS few
      ) AS retrying
      WHERE dead.jobs + retrying.jobs > 0
    )
    SELECT counted.actor, counted.fingerprint, newest.queue, newest.error_class,
           newest.message, counted.dead, counted.retrying, oldest.first_at, newest.last_at,
           newest.id
    FROM counted
    JOIN failed_jobs newest ON newest.id = counted.newest
    JOIN failed_jobs oldest ON oldest.id = counted.oldest
    ORDER BY newest.id DESC
""")

_COUNT = text("""
    SELECT count(*) FROM failed_jobs
    WHERE actor = :actor AND fingerprint = :fingerprint AND state = :state
      AND (account_id = :account OR account_id IS NULL)
      AND (CAST(:up_to AS bigint) IS NULL OR id <= :up_to)
""")
