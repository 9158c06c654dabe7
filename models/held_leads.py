"""What becomes of an integration's waiting leads when it is switched on, or deleted.

A chunk a call, each one statement: what it changed is what it found, however often the job
runs. Text that may be at the carrier is never touched.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

import config
from models.jobs import Job
from models.prefix_caps import PREFIX_CAP
from models.suppressions import lock_suppressions

#: A lead and the status it has now.
Moved = tuple[UUID, str]


def release(session: Session, job: Job, most: int) -> Sequence[Moved]:
    """Let held leads go on: `texting` where the text is ready, else `received`.

    Who waited too long becomes `needs_attention`. Nothing when the integration is not on. Leads
    over a prefix cap stay: an operator decides on each, the switch says nothing about them.
    """
    limits = {"longest": config.HELD_MAX_HOURS * 3600, "cap": f"{PREFIX_CAP}%"}
    return _moved(session, _RELEASE, job, limits | {"most": most})


def drop(session: Session, job: Job, most: int) -> Sequence[Moved]:
    """Drop the waiting leads of a deleted integration, and cancel their unsent texts."""
    return _moved(session, _DROP, job, {"most": most})


def count_held(session: Session, job: Job) -> int:
    given = {"integration_id": UUID(job.params["integration_id"])}
    held: int = session.execute(_COUNT, given).scalar_one()
    return held


def _moved(
    session: Session, statement: TextClause, job: Job, given: dict[str, Any]
) -> Sequence[Moved]:
    who = {
        "account_id": job.account_id,
        "integration_id": UUID(job.params["integration_id"]),
        "by_id": job.by_id,
        "by_name": job.by_name,
    }
    # These take leads before their texts, a suppression takes texts before their leads.
    lock_suppressions(session, job.account_id, exclusive=False)
    return [(row.id, row.status) for row in session.execute(statement, who | given)]


_COUNT = text("""
    SELECT count(*) FROM leads WHERE integration_id = :integration_id AND status = 'held'
""")

_RELEASE = text("""
    WITH held AS (
      SELECT l.id,
        CASE
          WHEN coalesce(l.held_at, l.received_at) < now() - make_interval(secs => :longest)
            THEN 'needs_attention'
          WHEN d.status = 'ready' THEN 'texting'
          ELSE 'received'
        END AS status
      FROM leads l
      JOIN integrations i ON i.id = l.integration_id AND i.status = 'active'
                         AND i.deleted_at IS NULL
      LEFT JOIN deliveries d ON d.lead_id = l.id
      WHERE l.account_id = :account_id AND l.integration_id = :integration_id
        AND l.status = 'held' AND coalesce(l.reason, '') NOT LIKE :cap
      ORDER BY l.received_at, l.id
      LIMIT :most
      FOR UPDATE OF l
    ), released AS (
      UPDATE leads l
      SET status = held.status, held_at = NULL, lease_until = NULL, claims = 0, rung_at = now(),
          reason = CASE held.status WHEN 'needs_attention' THEN 'waited too long' END
      FROM held WHERE l.id = held.id
      RETURNING l.id, l.account_id, l.contact_id, l.request_id, l.status
    ), due AS (
      UPDATE deliveries SET due_at = now(), reason = NULL
      FROM released
      WHERE deliveries.lead_id = released.id AND released.status = 'texting'
        AND deliveries.status = 'ready'
    ), told AS (
      INSERT INTO timeline (account_id, kind, text, by_id, by_name, lead_id, contact_id,
                            request_id)
      SELECT account_id,
        CASE status WHEN 'needs_attention' THEN 'needs_attention' ELSE 'released' END,
        CASE status WHEN 'needs_attention' THEN 'Needs attention: waited too long.'
                    ELSE 'Released: the integration was switched on.' END,
        CAST(:by_id AS uuid), :by_name, id, contact_id, request_id
      FROM released
    )
    SELECT id, status FROM released
""")

# A claim takes the delivery, not the lead: a text that one has just taken stays with its lead.
_DROP = text("""
    WITH going AS (
      SELECT l.id, l.status FROM leads l LEFT JOIN deliveries d ON d.lead_id = l.id
      WHERE l.account_id = :account_id AND l.integration_id = :integration_id
        AND (l.status = 'held'
             OR (l.status = 'received' AND (l.lease_until IS NULL OR l.lease_until < now()))
             OR (l.status = 'texting' AND d.status = 'ready'))
      ORDER BY l.id
      LIMIT :most
      FOR UPDATE OF l
    ), canceled AS (
      UPDATE deliveries
      SET status = 'canceled', reason = 'integration deleted', final_at = now(), check_at = NULL
      FROM going WHERE deliveries.lead_id = going.id AND deliveries.status = 'ready'
      RETURNING deliveries.lead_id
    ), dropped AS (
      UPDATE leads l
      SET status = 'dropped', reason = 'integration deleted', lease_until = NULL
      FROM going
      WHERE l.id = going.id
        AND (going.status <> 'texting' OR l.id IN (SELECT lead_id FROM canceled))
      RETURNING l.id, l.account_id, l.contact_id, l.request_id, l.status
    ), told AS (
      INSERT INTO timeline (account_id, kind, text, by_id, by_name, lead_id, contact_id,
                            request_id)
      SELECT account_id, 'dropped', 'Dropped: integration deleted.', CAST(:by_id AS uuid),
             :by_name, id, contact_id, request_id
      FROM dropped
    )
    SELECT id, status FROM dropped
""")
