"""The rows beside a job: what it has yet to do, what it changed, what it made.

A chunk is one row of arrays. A selection is written down in the very statement that finds it,
so who joins later is not in it, and what a search matched then is what is acted on. A million
people are five hundred rows, in the order in which they lie on the disk: chunks by
id would read and write a page of the table for each person.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    Boolean,
    DateTime,
    Index,
    Integer,
    Select,
    Text,
    Uuid,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base


class JobChunk(Base):
    """A part of what a job was asked to go through."""

    __tablename__ = "job_chunks"

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    phones: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    reasons: Mapped[list[str] | None] = mapped_column(ARRAY(Text))


class JobChange(Base):
    """What a chunk changed: whom, and what each of them was before. Undo reads it.

    `ids` are contacts; for an import they are the leads whose texts it canceled, in rows of a
    negative number, with what each of those waited for. The other arrays have one place for
    each of them.
    """

    __tablename__ = "job_changes"

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    queued_at: Mapped[list[datetime | None] | None] = mapped_column(
        ARRAY(DateTime(timezone=True))
    )
    queue_lead_ids: Mapped[list[UUID | None] | None] = mapped_column(ARRAY(Uuid))
    suppressed: Mapped[list[bool] | None] = mapped_column(ARRAY(Boolean))
    added: Mapped[list[bool] | None] = mapped_column(ARRAY(Boolean))  # got the group
    taken: Mapped[list[bool] | None] = mapped_column(ARRAY(Boolean))  # left the other group
    lead_statuses: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    lead_reasons: Mapped[list[str | None] | None] = mapped_column(ARRAY(Text))
    text_reasons: Mapped[list[str | None] | None] = mapped_column(ARRAY(Text))


class JobFile(Base):
    """A part of the file that an export made."""

    __tablename__ = "job_files"

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    data: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Wipe(Base):
    """A person was wiped: a hash of the number says so to whoever knows the number."""

    __tablename__ = "wipes"
    __table_args__ = (
        Index("ix_wipes_number", "account_id", "phone_hash"),
        Index("uq_wipes_contact", "contact_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID]
    contact_id: Mapped[UUID]
    phone_hash: Mapped[bytes]
    by_id: Mapped[UUID | None]
    by_name: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


def write_down(session: Session, job_id: UUID, ids: Select[UUID], size: int) -> int:
    """Keep the ids that a query finds at this moment, in chunks; return how many they are.

    In the order in which the query comes upon them: what is acted on together lies together.
    """
    rows = ids.add_columns(func.row_number().over().label("place")).subquery()
    number = (rows.c.place - 1) // literal_column(str(size), Integer)
    found = select(literal(job_id), number, func.array_agg(rows.columns[0])).group_by(number)
    adding = insert(JobChunk).from_select(["job_id", "number", "ids"], found)
    sizes = session.scalars(adding.returning(func.cardinality(JobChunk.ids)))
    return sum(sizes)


def next_chunk(session: Session, job_id: UUID, after: int) -> int | None:
    """Return the number of the first chunk behind *after*, or None at the end."""
    query = select(func.min(JobChunk.number))
    return session.scalar(query.where(JobChunk.job_id == job_id, JobChunk.number > after))


def forget_chunks(session: Session, job_id: UUID) -> None:
    session.execute(delete(JobChunk).where(JobChunk.job_id == job_id))


#: The ids of a chunk, whether the job's parameters have them or a row does.
CHUNK_IDS = """
  SELECT unnest(coalesce(CAST(:ids AS uuid[]),
    (SELECT ids FROM job_chunks WHERE job_id = :job_id AND number = :number))) AS id
"""
