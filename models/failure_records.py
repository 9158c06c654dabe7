"""Keeping the record of failed jobs: written at each failed run, closed when one goes well.

Called by workers/failures.py around the run, never by the job itself.
"""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from models.failed_jobs import FailedJob, FailedJobState
from models.failures import Failure

#: Kept for so long after the last failed run, and no more than so many.
KEPT_DAYS = 30
MOST_KEPT = 200_000
#: Forgotten in one go.
MOST = 5_000

#: The first words of an error tell causes apart; the run itself has them all.
_MESSAGE_LETTERS = 300
#: A retry that is so late was lost with Redis. (The longest backoff is 15 seconds.)
_LOST_SECONDS = 900


def record(session: Session, failed: Failure, eta: int | None) -> None:
    """Keep a failed run, and where its job stands now. *eta*: of the next run, in ms."""
    session.add(failed)
    subject = _subject(failed)
    given = {
        "message_id": failed.message_id,
        "subject": subject,
        "actor": failed.actor,
        "queue": failed.queue,
        "arguments": failed.arguments,
        "request_id": failed.request_id,
        "state": (FailedJobState.RETRYING if failed.will_retry else FailedJobState.DEAD).value,
        "attempts": failed.attempt,
        "error_class": failed.error_class,
        "fingerprint": failed.fingerprint,
        "message": failed.message[:_MESSAGE_LETTERS],
        "next_at": datetime.fromtimestamp(eta / 1000, UTC) if eta else None,
    }
    session.execute(_RECORD, given)


def note_done(session: Session, message_id: str) -> None:
    """Note that a job which had failed went well."""
    now_done = {"state": FailedJobState.DONE, "next_at": None, "ended_at": text("now()")}
    session.execute(
        update(FailedJob)
        .where(FailedJob.message_id == message_id, FailedJob.state != FailedJobState.DONE)
        .values(now_done)
    )


def is_overtaken(session: Session, message_id: str, runs: int) -> bool:
    """Say whether a copy of a message that knows of *runs* failed runs need not run."""
    query = select(FailedJob.state, FailedJob.attempts)
    known = session.execute(query.where(FailedJob.message_id == message_id)).one_or_none()
    if known is None:
        return False
    ended = known.state in {FailedJobState.DONE, FailedJobState.DELETED}
    return ended or runs < known.attempts


def end_lost(connection: Connection) -> int:
    """Call the jobs dead whose next run never came. In a paused queue they may wait."""
    return connection.execute(_END_LOST, {"seconds": _LOST_SECONDS}).rowcount


def forget_failures(connection: Connection) -> int:
    """Delete what is old, and what is beyond the bound; a bounded number a run."""
    given = {"days": KEPT_DAYS, "kept": MOST_KEPT, "most": MOST}
    return sum(connection.execute(statement, given).rowcount for statement in _FORGET)


def _subject(failed: Failure) -> UUID | None:
    """Return the lead, action or text that the job is about: the first of its arguments."""
    arguments = failed.arguments["args"]
    try:
        return UUID(arguments[0]) if arguments and isinstance(arguments[0], str) else None
    except ValueError:
        return None


_RECORD = text("""
    INSERT INTO failed_jobs AS known (
      message_id, account_id, subject_id, actor, queue, arguments, request_id, state,
      attempts, error_class, fingerprint, message, next_at, ended_at)
    SELECT :message_id, (
             SELECT account_id FROM leads WHERE id = :subject
             UNION ALL SELECT account_id FROM jobs WHERE id = :subject
             UNION ALL SELECT account_id FROM texts WHERE id = :subject LIMIT 1),
           :subject, :actor, :queue, :arguments, :request_id, :state,
           :attempts, :error_class, :fingerprint, :message, CAST(:next_at AS timestamptz),
           CASE WHEN CAST(:state AS varchar) = 'dead' THEN now() END
    ON CONFLICT (message_id) DO UPDATE SET
      state = excluded.state, attempts = excluded.attempts,
      error_class = excluded.error_class, fingerprint = excluded.fingerprint,
      message = excluded.message, last_at = now(), next_at = excluded.next_at,
      ended_at = excluded.ended_at
    WHERE known.state IN ('retrying', 'dead') AND known.attempts <= excluded.attempts
""").bindparams(bindparam("arguments", type_=JSONB), bindparam("subject", type_=Uuid))

_END_LOST = text("""
    UPDATE failed_jobs SET state = 'dead', next_at = NULL, ended_at = now()
    WHERE state = 'retrying'
      AND coalesce(next_at, last_at) < now() - make_interval(secs => :seconds)
      AND queue NOT IN (SELECT queue FROM queue_pauses)
""")

_FORGET = (
    text("""
        DELETE FROM failed_jobs WHERE id IN (
          SELECT id FROM failed_jobs
          WHERE last_at < now() - make_interval(days => :days) ORDER BY last_at LIMIT :most)
    """),
    text("""
        DELETE FROM failed_jobs WHERE id IN (
          SELECT id FROM failed_jobs WHERE id <= (
            SELECT id FROM failed_jobs ORDER BY id DESC OFFSET :kept LIMIT 1)
          ORDER BY id LIMIT :most)
    """),
    text("""
        DELETE FROM failures WHERE id IN (
          SELECT id FROM failures
          WHERE at < now() - make_interval(days => :days) ORDER BY at LIMIT :most)
    """),
    text("""
        DELETE FROM failures WHERE id IN (
          SELECT id FROM failures WHERE id <= (
            SELECT id FROM failures ORDER BY id DESC OFFSET :kept LIMIT 1)
          ORDER BY id LIMIT :most)
    """),
)
