"""Finding failed jobs: by state, cause, id, lead, or words of the error; page by page.

A word that few jobs have is looked up in the index of words; one that most have is met soon
enough on the way through the newest. Asking for the few first keeps both quick.
"""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import cast

from models.contact_search import LONGEST_TYPED
from models.failed_jobs import FailedJob, FailedJobState

#: Up to so many jobs a word is rare, and they are sorted; else the newest are gone through.
RARE = 2_000

Query = Select[*tuple[Any, ...]]

_word = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class FailedJobFilter:
    """What an operator looks for. Each None or empty part lets everything through."""

    state: FailedJobState | None = None
    actor: str | None = None
    fingerprint: str | None = None
    q: str = ""


def matching(session: Session, account_id: UUID, wanted: FailedJobFilter) -> Query:
    """Return the query of the failed jobs that match, as an operator may see them."""
    query: Query = select(FailedJob).where(FailedJob.seen_by(account_id))
    if wanted.state is not None:
        query = query.where(FailedJob.state == wanted.state)
    if wanted.actor is not None:
        query = query.where(FailedJob.actor == wanted.actor)
    if wanted.fingerprint is not None:
        query = query.where(FailedJob.fingerprint == wanted.fingerprint)
    q = wanted.q.strip()[:LONGEST_TYPED]
    return _with_words(session, query, q) if q else query


def _with_words(session: Session, query: Query, q: str) -> Query:
    if (found := _uuid(q)) is not None:
        ids = (FailedJob.subject_id == found) | (FailedJob.message_id == str(found))
        return query.where(ids | (FailedJob.request_id == found.hex))
    words = cast(" & ".join(f"{word}:*" for word in _word.findall(q.lower())), TSQUERY)
    has_words: Any = FailedJob.words.op("@@")(words)
    few = session.scalars(select(FailedJob.id).where(has_words).limit(RARE + 1)).all()
    if len(few) <= RARE:
        return query.where(FailedJob.id.in_(few))
    # Concatenated with nothing, the column is hidden from its index: no bitmap of them all.
    hidden = FailedJob.words.op("||")(cast("", TSVECTOR))
    return query.where(hidden.op("@@")(words))


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None
