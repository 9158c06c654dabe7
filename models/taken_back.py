"""An import that was canceled or failed: a chunk of it is undone at a time, the last one first.

Numbers are taken off the list but for those that somebody else asked for, people have their
places again, and unsent texts wait for what they waited for. In the caller's transaction.
"""

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from models.imports import source_of
from models.job_rows import JobChange, JobChunk
from models.jobs import Job
from models.suppressions import lock_suppressions


def put_back_chunk(session: Session, job: Job, why: str) -> bool:
    """Take back the chunk that was suppressed last. False: there is none left."""
    if job.cursor is None:
        return False
    number = int(job.cursor)
    lock_suppressions(session, job.account_id, exclusive=True)
    given = {"job_id": job.id, "number": number, "account_id": job.account_id}
    listed = given | {"kind": job.params["kind"]}
    session.execute(_READY_AGAIN, listed | {"source": source_of(job)})
    lifted: int = session.scalars(_LIFT, listed | {"by_name": job.by_name, "why": why}).one()
    session.execute(_HAND_OVER, listed)
    session.execute(_PLACES, given)
    session.execute(_DECIDE_ANEW, listed)
    session.execute(_JOIN, listed)
    _forget(session, job, number)
    job.done -= lifted
    return True


def _forget(session: Session, job: Job, number: int) -> None:
    """Forget what the chunk had changed, and go on with the one before it."""
    numbers = (number, -1 - number)
    undone = delete(JobChange).where(JobChange.job_id == job.id, JobChange.number.in_(numbers))
    session.execute(undone)
    before = select(func.max(JobChunk.number)).where(
        JobChunk.job_id == job.id, JobChunk.number < number
    )
    left = session.scalar(before)
    job.cursor = None if left is None else str(left)


# Another import *j* wants a number: it is done, or goes on.
_WANTS = """(j.status = 'done' OR (
        j.status IN ('queued', 'running') AND j.params -> 'taken_back' IS NULL))"""

# Only texts that this import canceled and that nothing else has touched since, to numbers that
# nobody else has on a list. Quiet hours are looked at anew. A pause that is over lets go what
# it held: this one it has missed, so a person decides.
_READY_AGAIN = text(f"""
    WITH was AS MATERIALIZED (
      SELECT u.* FROM job_changes k,
        unnest(k.ids, k.lead_statuses, k.lead_reasons, k.text_reasons)
          AS u(lead_id, status, reason, waits_for)
      WHERE k.job_id = :job_id AND k.number = -1 - CAST(:number AS int)
    ), back AS (
      UPDATE deliveries d
      SET status = 'ready', final_at = NULL, valid_until = NULL, reason = was.waits_for
      FROM was
      WHERE d.lead_id = was.lead_id AND d.status = 'suppressed'
        AND d.account_id = :account_id
        AND d.reason LIKE '%(' || CAST(:source AS text) || ')'
        AND NOT EXISTS (
          SELECT 1 FROM integrations i
          WHERE i.id = d.integration_id AND i.deleted_at IS NOT NULL)
        AND NOT EXISTS (
          SELECT 1 FROM suppressions s
          WHERE s.account_id = d.account_id AND s.phone = d.phone AND s.lifted_at IS NULL
            AND (s.job_id IS DISTINCT FROM :job_id OR s.kind <> :kind OR EXISTS (
              SELECT 1 FROM jobs j WHERE j.id = ANY(s.asked_by) AND {_WANTS})))
      RETURNING d.lead_id, d.contact_id, was.status, was.reason,
        was.status IS NULL OR (
          was.status = 'held' AND was.reason LIKE 'the integration was paused%' AND EXISTS (
            SELECT 1 FROM integrations i
            WHERE i.id = d.integration_id AND i.status = 'active')) AS asks
    ), told AS (
      INSERT INTO timeline (account_id, kind, text, lead_id, contact_id)
      SELECT CAST(:account_id AS uuid), 'released',
             'Text ready again: the import was taken back.', lead_id, contact_id
      FROM back
    )
    UPDATE leads
    SET status = CASE WHEN asks THEN 'needs_attention' ELSE back.status END,
      reason = CASE WHEN asks THEN 'waited for an import' ELSE back.reason END
    FROM back WHERE leads.id = back.lead_id AND leads.status = 'suppressed'
""")  # noqa: S608  (a constant of ours)

_LIFT = text("""
    WITH lifted AS (
      UPDATE suppressions s SET lifted_at = now(), lifted_by = CAST(:by_name AS text),
        lift_reason = CAST(:why AS text)
      FROM job_chunks k
      WHERE k.job_id = :job_id AND k.number = :number AND s.phone = ANY(k.phones)
        AND s.account_id = :account_id AND s.kind = :kind AND s.lifted_at IS NULL
        AND s.job_id = :job_id
      RETURNING s.id)
    SELECT count(*) FROM lifted
""")

# What was lifted just now stays for the first import that asked for it too: a done one rather
# than one that may be taken back itself. That one holds it as if it had put it there.
_HAND_OVER = text(f"""
    WITH kept AS (
      INSERT INTO suppressions (id, account_id, phone, kind, reason, source, by_id, by_name,
                                settled_at, job_id, asked_by)
      SELECT gen_random_uuid(), s.account_id, s.phone, s.kind, other.params ->> 'reason',
             'import ' || (other.params ->> 'number'), other.by_id, other.by_name,
             s.settled_at, other.id, array_remove(s.asked_by, other.id)
      FROM job_chunks k
      JOIN suppressions s ON s.phone = ANY(k.phones)
      CROSS JOIN LATERAL (
        SELECT j.* FROM jobs j WHERE j.id = ANY(s.asked_by) AND {_WANTS}
        ORDER BY j.status = 'done' DESC, j.created_at LIMIT 1
      ) AS other
      WHERE k.job_id = :job_id AND k.number = :number AND s.account_id = :account_id
        AND s.kind = :kind AND s.job_id = :job_id AND s.lifted_at = now()
      RETURNING phone, reason, source, by_id, by_name
    )
    INSERT INTO timeline (account_id, kind, text, by_id, by_name, contact_id)
    SELECT CAST(:account_id AS uuid), 'suppressed',
           'Suppressed (' || replace(CAST(:kind AS text), '_', ' ') || '), from '
             || kept.source || coalesce(': ' || kept.reason, '') || '.',
           kept.by_id, kept.by_name, c.id
    FROM kept JOIN contacts c ON c.account_id = :account_id AND c.phone = kept.phone
    WHERE c.deleted_at IS NULL
""")  # noqa: S608  (a constant of ours)

_PLACES = text("""
    WITH was AS (
      SELECT u.* FROM job_changes k,
        unnest(k.ids, k.queued_at, k.queue_lead_ids) AS u(id, queued_at, queue_lead_id)
      WHERE k.job_id = :job_id AND k.number = :number
    ), back AS (
      UPDATE contacts c SET queued_at = was.queued_at, queue_lead_id = was.queue_lead_id
      FROM was
      WHERE c.id = was.id AND c.deleted_at IS NULL AND NOT c.suppressed AND c.group_count = 0
        AND c.queued_at IS NULL
      RETURNING c.id
    )
    INSERT INTO timeline (account_id, kind, text, contact_id)
    SELECT CAST(:account_id AS uuid), 'undone',
           'Back in the opt-in queue: the import was taken back.', id
    FROM back
""")

# Leads that ended only because of what was lifted just now: nothing else has had their number
# on a list since the chunk.
_ENDED_BY_IT = """
    FROM job_chunks k
    JOIN suppressions s ON s.phone = ANY(k.phones) AND s.account_id = :account_id
      AND s.kind = :kind AND s.job_id = :job_id AND s.lifted_at = now()
    JOIN leads l ON l.account_id = s.account_id AND l.phone = s.phone
    LEFT JOIN deliveries d ON d.lead_id = l.id
    WHERE k.job_id = :job_id AND k.number = :number AND l.status = 'suppressed'
      AND EXISTS (
        SELECT 1 FROM timeline t
        WHERE t.lead_id = l.id AND t.kind = 'suppressed' AND t.at >= s.created_at)
      AND NOT EXISTS (
        SELECT 1 FROM suppressions o
        WHERE o.account_id = s.account_id AND o.phone = s.phone AND o.id <> s.id
          AND (o.lifted_at IS NULL OR o.lifted_at >= s.created_at))
"""

# Those that never had a text: the sweeper rings for them.
_DECIDE_ANEW = text(f"""
    WITH ended AS (
      SELECT l.id {_ENDED_BY_IT} AND d.lead_id IS NULL
        AND l.reason = 'the number is suppressed'
    ), back AS (
      UPDATE leads l
      SET status = 'received', reason = NULL, claims = 0, lease_until = NULL, rung_at = NULL
      FROM ended WHERE l.id = ended.id AND l.status = 'suppressed'
      RETURNING l.id, l.contact_id
    )
    INSERT INTO timeline (account_id, kind, text, lead_id, contact_id)
    SELECT CAST(:account_id AS uuid), 'released',
           'Looked at again: the import was taken back.', id, contact_id
    FROM back
""")  # noqa: S608  (a constant of ours)

# Those whose text was on its way then, and is delivered: never texted again.
_JOIN = text(f"""
    SELECT join_opt_in_queue_v1(id, 'joined', 'Delivered; the import was taken back.')
    FROM (SELECT l.id {_ENDED_BY_IT} AND d.status = 'delivered'
            AND l.reason = 'suppressed after the text had left') AS ended
""")  # noqa: S608  (a constant of ours)
