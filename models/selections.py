"""Whom an action is for: ids, or a filter as lists have it, written down when it is asked.

The set is what matches at that moment: one statement finds it and keeps it with the job
(models/job_rows.py). Who joins later is not taken; who was dealt with by somebody else
meanwhile is in the set still, and skipped or failed when the turn comes.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.contact_actions import Chunk
from models.contact_lists import Wanted
from models.contacts import Contact
from models.job_rows import next_chunk, write_down
from models.jobs import Job
from models.many import is_one_of

#: Contacts of one chunk: some 0.1 s of work, so that nobody waits for their rows for long.
CHUNK = 2_000


@dataclass(frozen=True)
class Place:
    """Where a job is: the chunk that comes next, and the cursor behind it."""

    chunk: Chunk
    cursor: str


def choose(session: Session, job: Job, wanted: Wanted) -> int:
    """Write down whom a filter matches now, and tell how many they are."""
    ids = wanted.statement(session, job.account_id).with_only_columns(Contact.id)
    return write_down(session, job.id, ids, CHUNK)


def count_known(session: Session, account_id: UUID, ids: list[UUID]) -> int:
    """Tell how many of these ids are contacts of the account."""
    known = select(func.count()).where(
        Contact.account_id == account_id,
        is_one_of(Contact.id, ids),
        Contact.deleted_at.is_(None),
    )
    return session.scalars(known).one()


def next_place(session: Session, job: Job, size: int) -> Place | None:
    """Return what a job does next, or None when it is through."""
    ids: list[str] | None = job.params.get("ids")
    if ids is None:
        number = next_chunk(session, job.id, -1 if job.cursor is None else int(job.cursor))
        return None if number is None else Place(Chunk(number), str(number))
    at = int(job.cursor or 0)
    if at >= len(ids):
        return None
    part = tuple(ids[at : at + size])
    return Place(Chunk(at, part), str(at + len(part)))
