"""Files of contacts, leads and suppressions: written page by page, kept for a day.

A part of the file is one page of a list in the order of its ids or times, which no change
moves; so nobody is in it twice. No cell can be taken for a formula by a spreadsheet: each is
quoted, and what begins like a formula gets an apostrophe before it, behind a semicolon too,
where many a spreadsheet begins another cell. Numbers in E.164 begin with "+" and nothing but
digits follow: those stay as they are, and can be imported again.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.contact_lists import Wanted, marks
from models.contact_search import Typed
from models.contacts import Contact
from models.deliveries import Delivery
from models.job_rows import JobFile
from models.jobs import Job
from models.leads import Lead
from models.suppression_lists import Listed
from models.suppressions import Suppression, SuppressionKind

KIND = "export"
#: Rows of one part.
PART = 4_000

_FORMULA = re.compile(r"(?:\A|;)(?=[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
_E164 = re.compile(r"\+[1-9][0-9]{1,14}")

HEADERS = {
    "contacts": (
        *("id", "first_name", "last_name", "phone", "favorite", "landline", "labels", "groups"),
        *("in_opt_in_queue", "joined_queue_at", "suppressed", "first_seen_at"),
    ),
    "leads": (
        *("id", "received_at", "status", "reason", "first_name", "last_name", "phone", "email"),
        *("sender", "via", "contact_id", "duplicate_of", "text_status", "text_sid"),
        *("text_accepted_at", "text_final_at", "text_error_code"),
    ),
    "suppressions": ("phone", "reason", "kind", "source", "by", "created_at", "needs_review"),
}


def add_part(session: Session, job: Job) -> int:
    """Write the next part of a job's file; return how many rows it has, 0 at the end."""
    rows, cursor = _NOUNS[job.params["noun"]](session, job)
    number = job.done // PART
    if rows or number == 0:
        head = [HEADERS[job.params["noun"]]] if number == 0 else []
        data = written([*head, *rows])
        session.add(JobFile(job_id=job.id, number=number, account_id=job.account_id, data=data))
    job.cursor = cursor
    return len(rows)


def written(rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows as CSV (RFC 4180), each cell as text that no spreadsheet computes."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(
        [[cell(each) for each in row] for row in rows]
    )
    return out.getvalue().encode()


def cell(value: object) -> str:
    """Write one value so that it is read as the text it is."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    told = str(value)
    return told if _E164.fullmatch(told) else _FORMULA.sub(r"\g<0>'", told)


Part = tuple[list[tuple[object, ...]], str | None]


def _contacts(session: Session, job: Job) -> Part:
    asked = job.params["filter"]
    folder = asked["folder"]
    wanted = Wanted(
        UUID(folder.partition(":")[2]) if folder.startswith("group:") else folder,
        asked["q"],
        UUID(asked["label"]) if asked["label"] else None,
        asked["landline"],
    )
    keys = (Contact.first_seen_at, Contact.id)
    statement = wanted.statement(session, job.account_id)
    found, cursor = _page(
        session, statement.where(Contact.first_seen_at <= job.created_at), job, keys
    )
    marked = marks(session, [contact.id for (contact,) in found])
    rows: list[tuple[object, ...]] = [
        (
            *(c.id, c.first_name, c.last_name, c.phone, c.favorite, c.landline),
            _names(marked[c.id].labels),
            # Read after the rows: who was moved in between is still in the queue here.
            _names(marked[c.id].groups if c.queued_at is None else []),
            *(c.queued_at is not None, c.queued_at, c.suppressed, c.first_seen_at),
        )
        for (c,) in found
    ]
    return rows, cursor


def _names(of: Sequence[tuple[UUID, str]]) -> str:
    return "; ".join(cell(name) for _, name in of)


def _leads(session: Session, job: Job) -> Part:
    asked = job.params["filter"]
    statement: Any = (
        select(Lead, Delivery)
        .outerjoin(Delivery, Delivery.lead_id == Lead.id)
        .where(Lead.account_id == job.account_id, Lead.received_at <= job.created_at)
    )
    if asked["status"]:
        statement = statement.where(Lead.status == asked["status"])
    if asked["q"].strip():
        statement = statement.where(Typed.read(session, asked["q"]).leads())
    found, cursor = _page(session, statement, job, (Lead.received_at, Lead.id))
    rows: list[tuple[object, ...]] = [
        (
            *(lead.id, lead.received_at, lead.status, lead.reason, lead.first_name),
            *(lead.last_name, lead.phone, lead.email, lead.sender, lead.via),
            *(lead.contact_id, lead.duplicate_of),
            *_text(sent),
        )
        for lead, sent in found
    ]
    return rows, cursor


def _text(sent: Delivery | None) -> tuple[object, ...]:
    if sent is None:
        return (None,) * 5
    return sent.status, sent.sid, sent.accepted_at, sent.final_at, sent.error_code


def _suppressions(session: Session, job: Job) -> Part:
    asked = job.params["filter"]
    kind = SuppressionKind(asked["kind"]) if asked["kind"] else None
    # A job of before an upgrade has no word on the review.
    wanted = Listed(kind, asked.get("needs_review"), asked["q"])
    statement = wanted.statement(session, job.account_id).where(
        Suppression.created_at <= job.created_at
    )
    found, cursor = _page(session, statement, job, (Suppression.created_at, Suppression.id))
    rows: list[tuple[object, ...]] = [
        (s.phone, s.reason, s.kind, s.source, s.by_name, s.created_at, s.needs_review)
        for (s,) in found
    ]
    return rows, cursor


_NOUNS = {"contacts": _contacts, "leads": _leads, "suppressions": _suppressions}


def _page(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    job: Job,
    keys: tuple[InstrumentedAttribute[datetime], InstrumentedAttribute[UUID]],
) -> tuple[list[Any], str | None]:
    """Read the rows behind the job's cursor, oldest first."""
    if job.cursor is not None:
        at, _, last = job.cursor.partition(" ")
        behind = tuple_(*keys) > (datetime.fromisoformat(at), UUID(last))
        statement = statement.where(behind)
    query = statement.add_columns(*keys).order_by(*keys).limit(PART)
    found = session.execute(query).all()
    cursor = f"{found[-1][-2].isoformat()} {found[-1][-1]}" if found else job.cursor
    return [row[:-2] for row in found], cursor
