"""Suppress many numbers at once: what models/suppressions.py does for one, set-based.

In the caller's transaction, which holds the account's suppression lock exclusively: so no text
to any of these numbers is being claimed, and nobody of them joins the opt-in queue. Locked in
the order of everybody: deliveries, leads, contacts.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from models.job_rows import CHUNK_IDS
from models.suppressions import Because


def suppress_contacts(session: Session, because: Because, given: dict[str, Any]) -> int:
    """Suppress the numbers of a chunk of contacts; return how many were not so before."""
    told = given | _words(because, None)
    canceled = {name: told[name] for name in _CANCEL_NAMES + _CHUNK}
    session.execute(_CANCEL_OF_CONTACTS, canceled)
    replacing = ("account_id", "by_name", "kind", "reason", "source")
    session.execute(_REPLACE, {name: told[name] for name in replacing + _CHUNK})
    return int(session.scalars(_SUPPRESS_CONTACTS, told).one())


def suppress_numbers(
    session: Session, account_id: UUID, because: Because, job_id: UUID, number: int
) -> int:
    """Suppress the numbers of a chunk of an import; return how many were not so before.

    What put-back needs is kept: the places in the queue, and whose texts were canceled.
    """
    given = {"account_id": account_id, "job_id": job_id, "number": number}
    told = given | _words(because, job_id)
    canceled = {name: told[name] for name in (*_CANCEL_NAMES, "job_id", "number")}
    session.execute(_CANCEL_OF_NUMBERS, canceled)
    session.execute(_ASK_TOO, given | {"kind": because.kind.value})
    return int(session.scalars(_SUPPRESS_NUMBERS, told).one())


_CHUNK = ("ids", "job_id", "number")
_CANCEL_NAMES = ("account_id", "by_id", "by_name", "request_id", "why")


def _words(because: Because, job_id: UUID | None) -> dict[str, Any]:
    return {
        "kind": because.kind.value,
        "reason": because.reason,
        "source": because.source,
        "why": f"the number was suppressed before the text left ({because.source})"
        if job_id
        else "the number was suppressed before the text left",
        "by_id": because.by.id,
        "by_name": because.by.name,
        "request_id": because.request_id,
    }


_NUMBERS_OF_CONTACTS = f"""
  numbers AS MATERIALIZED (
    SELECT DISTINCT c.phone, CAST(:reason AS text) AS reason
    FROM ({CHUNK_IDS}) AS given JOIN contacts c ON c.id = given.id
    WHERE c.account_id = :account_id AND c.deleted_at IS NULL)
"""  # noqa: S608  (a constant of ours)

# A line's own reason comes before that of the import.
_NUMBERS_OF_IMPORT = """
  numbers AS MATERIALIZED (
    SELECT DISTINCT ON (n.phone) n.phone,
           coalesce(nullif(n.reason, ''), CAST(:reason AS text)) AS reason
    FROM job_chunks k, unnest(k.phones, k.reasons) WITH ORDINALITY AS n(phone, reason, line)
    WHERE k.job_id = :job_id AND k.number = :number
    ORDER BY n.phone, n.line)
"""

# The order of locks: a delivery's row, then its lead's.
_CANCEL = """
  was AS MATERIALIZED (
    SELECT d.lead_id, l.status, l.reason, d.reason AS waits_for
    FROM numbers JOIN deliveries d ON d.account_id = :account_id AND d.phone = numbers.phone
    JOIN leads l ON l.id = d.lead_id
    WHERE d.status = 'ready' FOR UPDATE OF d, l
  ), canceled AS (
    UPDATE deliveries d
    SET status = 'suppressed', final_at = now(), check_at = NULL, reason = CAST(:why AS text)
    FROM was WHERE d.lead_id = was.lead_id
    RETURNING d.lead_id, d.contact_id
  ), told AS (
    INSERT INTO timeline (account_id, kind, text, by_id, by_name, lead_id, contact_id,
                          request_id)
    SELECT CAST(:account_id AS uuid), 'text_canceled',
           'Unsent text canceled: the number was suppressed.',
           CAST(:by_id AS uuid), CAST(:by_name AS text), lead_id, contact_id,
           CAST(:request_id AS text)
    FROM canceled
  ), ended AS (
    UPDATE leads SET status = 'suppressed', reason = 'suppressed before the text left'
    FROM canceled WHERE leads.id = canceled.lead_id
  )
"""


def _cancel(numbers: str, then: str) -> TextClause:
    return text(f"WITH {numbers}, {_CANCEL} {then}")


_CANCEL_OF_CONTACTS = _cancel(
    _NUMBERS_OF_CONTACTS.replace("CAST(:reason AS text)", "NULL"),
    "SELECT count(*) FROM canceled",
)

_CANCEL_OF_NUMBERS = _cancel(
    _NUMBERS_OF_IMPORT.replace("CAST(:reason AS text)", "NULL"),
    """
  INSERT INTO job_changes (job_id, number, ids, lead_statuses, lead_reasons, text_reasons)
  SELECT CAST(:job_id AS uuid), -1 - CAST(:number AS int), array_agg(lead_id),
         array_agg(status), array_agg(reason), array_agg(waits_for)
  FROM was HAVING count(*) > 0
""",
)

# Settled at once where no text is on its way: few numbers have one, so these are looked up
# once. The trigger takes the contacts out of the queue. Ids of one chunk share their beginning,
# so that they come to lie together.
_ADD = """
  mine AS MATERIALIZED (
    SELECT c.id, c.phone, c.queued_at, c.queue_lead_id, c.suppressed
    FROM numbers JOIN contacts c ON c.account_id = :account_id AND c.phone = numbers.phone
    WHERE c.deleted_at IS NULL
  ), beginning AS MATERIALIZED (
    SELECT left(CAST(gen_random_uuid() AS text), 28) AS of_ids
  ), fresh AS (
    INSERT INTO suppressions (id, account_id, phone, kind, reason, source, by_id, by_name,
                              settled_at, job_id)
    SELECT CAST(of_ids || lpad(to_hex(row_number() OVER ()), 8, '0') AS uuid),
           CAST(:account_id AS uuid), phone, CAST(:kind AS text), reason,
           CAST(:source AS text), CAST(:by_id AS uuid), CAST(:by_name AS text),
           CASE WHEN phone IN (
             SELECT d.phone FROM deliveries d
             WHERE d.account_id = :account_id AND d.status IN ('sending', 'unknown'))
           THEN NULL ELSE now() END,
           {job}
    FROM numbers CROSS JOIN beginning
    ON CONFLICT (account_id, phone, kind) WHERE lifted_at IS NULL DO NOTHING
    RETURNING phone, reason
  ), told AS (
    INSERT INTO timeline (account_id, kind, text, by_id, by_name, contact_id, request_id)
    SELECT CAST(:account_id AS uuid), 'suppressed',
           'Suppressed (' || replace(CAST(:kind AS text), '_', ' ') || '), from '
             || CAST(:source AS text) || coalesce(': ' || fresh.reason, '') || '.',
           CAST(:by_id AS uuid), CAST(:by_name AS text), mine.id, CAST(:request_id AS text)
    FROM fresh JOIN mine ON mine.phone = fresh.phone
  )
"""

# As Suppression.gives_way says it of one.
_REPLACE = text(f"""
  WITH {_NUMBERS_OF_CONTACTS}
  UPDATE suppressions s SET lifted_at = now(), lifted_by = CAST(:by_name AS text),
    lift_reason = 'replaced by one from ' || CAST(:source AS text)
  FROM numbers
  WHERE s.account_id = :account_id AND s.phone = numbers.phone AND s.kind = :kind
    AND s.lifted_at IS NULL
    AND (s.needs_review OR EXISTS (
      SELECT 1 FROM jobs j WHERE j.id = s.job_id AND j.status IN ('queued', 'running')))
""")  # noqa: S608  (a constant of ours)

# What another import holds that may still be taken back stays then: for this one.
_ASK_TOO = text(f"""
  WITH {_NUMBERS_OF_IMPORT.replace("CAST(:reason AS text)", "NULL")}
  UPDATE suppressions s SET asked_by = array_append(s.asked_by, CAST(:job_id AS uuid))
  FROM numbers
  WHERE EXISTS (SELECT 1 FROM jobs j WHERE j.account_id = :account_id AND j.id <> :job_id
                AND j.kind = 'import_suppressions' AND j.status IN ('queued', 'running'))
    AND s.account_id = :account_id AND s.phone = numbers.phone AND s.kind = :kind
    AND s.lifted_at IS NULL AND EXISTS (
      SELECT 1 FROM jobs j WHERE j.id = s.job_id AND j.id <> :job_id
        AND j.status IN ('queued', 'running'))
""")  # noqa: S608  (a constant of ours)

_SUPPRESS_CONTACTS = text(
    f"WITH {_NUMBERS_OF_CONTACTS}, {_ADD.format(job='NULL')} SELECT count(*) FROM fresh"  # noqa: S608
)

_SUPPRESS_NUMBERS = text(f"""
  WITH {_NUMBERS_OF_IMPORT}, {_ADD.format(job="CAST(:job_id AS uuid)")}, kept AS (
    INSERT INTO job_changes (job_id, number, ids, queued_at, queue_lead_ids)
    SELECT CAST(:job_id AS uuid), CAST(:number AS int), array_agg(mine.id),
           array_agg(mine.queued_at), array_agg(mine.queue_lead_id)
    FROM fresh JOIN mine ON mine.phone = fresh.phone
    WHERE mine.queued_at IS NOT NULL HAVING count(*) > 0)
  SELECT count(*) FROM fresh
""")  # noqa: S608  (constants of ours)
