"""A list of numbers to suppress, from its upload to the last of its numbers.

The web process writes the numbers down as they come in: the list is inactive. The job then
goes through it in chunks, each one transaction under the suppression lock, held for some tenth
of a second: the numbers are suppressed from then on, the people leave the opt-in queue, unsent
texts are canceled. As each chunk is exclusive by itself nobody can join in between, and claims
of texts never wait for longer than one chunk. A cancel or a failure before the last chunk puts
everything back: suppressions are lifted, people have their places, texts are ready again.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from models.job_rows import JobChange, JobChunk, next_chunk
from models.jobs import Job
from models.suppress_many import suppress_numbers
from models.suppressions import Because, SuppressionKind, lock_suppressions

KIND = "import_suppressions"
#: Numbers of one chunk: claims of texts wait for one, some 0.05 s.
CHUNK = 2_000


class Numbers(NamedTuple):
    """Numbers of a list, each with its own reason, "" where its line has none."""

    phones: Sequence[str]
    reasons: Sequence[str] | None  # None: none of them has one


def write_numbers(session: Session, job_id: UUID, chunks: Iterable[Numbers]) -> int:
    """Keep the numbers of an upload with its job; return how many they are."""
    many = 0
    for number, chunk in enumerate(chunks):
        kept = {"phones": "\n".join(chunk.phones), "reasons": chunk.reasons}
        session.execute(_KEEP, {"job": job_id, "at": number} | kept)
        many += len(chunk.phones)
    return many


# One text is put together much sooner than an array of thousands.
_KEEP = text("""
    INSERT INTO job_chunks (job_id, number, phones, reasons)
    VALUES (:job, :at, string_to_array(:phones, E'\\n'), CAST(:reasons AS text[]))
""")


def next_number(session: Session, account_id: UUID) -> int:
    """Number an account's imports from 1, dry runs left out."""
    real = select(func.count()).where(
        Job.account_id == account_id, Job.kind == KIND, Job.params["number"].is_not(None)
    )
    return session.scalars(real).one() + 1


def foresee(session: Session, job: Job) -> dict[str, int]:
    """Tell what an import would do, and do nothing."""
    session.execute(text("SET LOCAL statement_timeout = '120s'"))
    given = {"job_id": job.id, "account_id": job.account_id, "kind": job.params["kind"]}
    return dict(session.execute(_FORESEE, given).mappings().one())


_FORESEE = text("""
    WITH numbers AS MATERIALIZED (
      SELECT DISTINCT unnest(phones) AS phone FROM job_chunks WHERE job_id = :job_id
    )
    SELECT (SELECT count(*) FROM numbers) AS numbers,
      (SELECT count(*) FROM numbers n JOIN suppressions s ON s.phone = n.phone
       WHERE s.account_id = :account_id AND s.kind = :kind AND s.lifted_at IS NULL) AS known,
      (SELECT count(*) FROM numbers n JOIN contacts c ON c.phone = n.phone
       WHERE c.account_id = :account_id AND c.queued_at IS NOT NULL) AS in_queue,
      (SELECT count(*) FROM numbers n JOIN deliveries d ON d.phone = n.phone
       WHERE d.account_id = :account_id AND d.status = 'ready') AS unsent_texts
""")


def suppress_chunk(session: Session, job: Job) -> bool:
    """Suppress the next chunk of an import. False: there is none left."""
    number = next_chunk(session, job.id, -1 if job.cursor is None else int(job.cursor))
    if number is None:
        return False
    lock_suppressions(session, job.account_id, exclusive=True)
    size = select(func.cardinality(JobChunk.phones)).where(
        JobChunk.job_id == job.id, JobChunk.number == number
    )
    many = session.scalars(size).one()
    because = Because(
        SuppressionKind(job.params["kind"]),
        job.params.get("reason"),
        source_of(job),
        job.by,
        request_id=job.request_id,
    )
    job.count(suppress_numbers(session, job.account_id, because, job.id, number), (), many)
    job.cursor = str(number)
    return True


def put_back_chunk(session: Session, job: Job, why: str) -> bool:
    """Take back the chunk that was suppressed last. False: there is none left."""
    if job.cursor is None:
        return False
    number = int(job.cursor)
    lock_suppressions(session, job.account_id, exclusive=True)
    given = {"job_id": job.id, "number": number, "account_id": job.account_id}
    why_given = {"kind": job.params["kind"], "by_name": job.by_name, "why": why}
    session.execute(_READY_AGAIN, given | {"source": source_of(job)})
    lifted: int = session.scalars(_LIFT, given | why_given).one()
    session.execute(_PLACES, given)
    numbers = (number, -1 - number)
    undone = delete(JobChange).where(JobChange.job_id == job.id, JobChange.number.in_(numbers))
    session.execute(undone)
    job.done -= lifted
    before = select(func.max(JobChunk.number)).where(
        JobChunk.job_id == job.id, JobChunk.number < number
    )
    left = session.scalar(before)
    job.cursor = None if left is None else str(left)
    return True


def result_of(session: Session, job: Job) -> dict[str, int]:
    """Tell how many people left the queue, and how many texts were canceled."""
    many = func.coalesce(func.sum(func.cardinality(JobChange.ids)), 0)
    mine = select(many).where(JobChange.job_id == job.id)
    return {
        "in_queue": session.scalars(mine.where(JobChange.number >= 0)).one(),
        "unsent_texts": session.scalars(mine.where(JobChange.number < 0)).one(),
    }


def source_of(job: Job) -> str:
    return f"import {job.params.get('number') or 'dry run'}"


# Only texts that this import canceled and that nothing else has touched since.
_READY_AGAIN = text("""
    WITH back AS (
      UPDATE deliveries d SET status = 'ready', final_at = NULL, reason = NULL, due_at = now()
      FROM job_changes k
      WHERE k.job_id = :job_id AND k.number = -1 - CAST(:number AS int)
        AND d.lead_id = ANY(k.ids) AND d.status = 'suppressed' AND d.account_id = :account_id
        AND d.reason LIKE '%(' || CAST(:source AS text) || ')'
      RETURNING d.lead_id, d.contact_id
    ), told AS (
      INSERT INTO timeline (account_id, kind, text, lead_id, contact_id)
      SELECT CAST(:account_id AS uuid), 'released',
             'Text ready again: the import was taken back.', lead_id, contact_id
      FROM back
    )
    UPDATE leads SET status = 'texting', reason = NULL
    FROM back WHERE leads.id = back.lead_id
""")

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
