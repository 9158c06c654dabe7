"""A list of numbers to suppress, from its upload to the last of its numbers.

The web process writes the numbers down as they come in: the list is inactive. The job then
goes through it in chunks, each one transaction under the suppression lock, held for some tenth
of a second: the numbers are suppressed from then on, the people leave the opt-in queue, unsent
texts are canceled. As each chunk is exclusive by itself nobody can join in between, and claims
of texts never wait for longer than one chunk. A cancel or a failure before the last chunk takes
everything back (models/taken_back.py).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select, text
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
