"""The accept call: a parsed lead, or a rejection, goes into PostgreSQL in one round trip.

The decision is made inside the database, under locks, by the functions of migrations 0003,
0039 and 0042; this module only carries it there and back, under the deadline of
models/budget.py. What it raises says what the caller may do next.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from failpoints import failpoint
from models.budget import AcceptError, DatabaseAway, UrlBusy, rows
from models.crypto import lock_number
from models.endpoints import Endpoint, EndpointMemory, Known
from models.incoming import Incoming, Refused, Submission
from senders import ParsedLead

__all__ = [
    "AcceptError",
    "DatabaseAway",
    "Endpoint",
    "EndpointMemory",
    "Incoming",
    "Known",
    "Refused",
    "UrlBusy",
    "Verdict",
    "accept_lead",
    "drain_lead",
    "first_sight",
    "known_now",
    "look_at",
    "reject",
]


@dataclass(frozen=True)
class Verdict:
    """The database's word. `outcome` is one of those named in migration 0003."""

    outcome: str
    id: UUID | None
    known: Known | None


def accept_lead(
    endpoint: Endpoint, known: Known, lead: ParsedLead, incoming: Incoming
) -> Verdict:
    """Store a lead, or learn why not: accepted, duplicate, stale, unknown, retired, paused.

    Raises UrlBusy, DatabaseAway.
    """
    submission = Submission.of(known.integration_id, known.version, lead, incoming)
    head = (endpoint.token_hash, endpoint.token_lock, known.version, incoming.header_key)
    failpoint("accept_before_call")
    verdict = _store(_ACCEPT, head, submission)
    failpoint("accept_after_commit_before_answer")
    return verdict


def drain_lead(
    token_hash: bytes, received_at: datetime, submission: Submission
) -> tuple[str, UUID | None]:
    """Store a lead that the spool took: accepted, duplicate, or unknown (nobody's any more).

    One that was stored before, whether from the spool or not, is a duplicate. Where the URL is
    not in the database, its integration takes the lead. Raises UrlBusy, DatabaseAway.
    """
    head = (token_hash, submission.integration_id, received_at)
    verdict = _store(_DRAIN, head, submission)
    return verdict.outcome, verdict.id


def _store(statement: LiteralString, head: tuple[Any, ...], submission: Submission) -> Verdict:
    older: UUID | None = None
    for _ in range(3):  # a body hash can be given up by a lead, and by the one after it
        verdict = _call(statement, head + submission.arguments(older))
        if verdict.outcome != "again":
            return verdict
        older = verdict.id
    raise UrlBusy("the same body is being sent from several places at once")


def reject(
    endpoint: Endpoint, version: int | None, refused: Refused, incoming: Incoming
) -> Verdict:
    """Keep a rejection, or learn that the URL's state decides: stale, unknown, retired, paused.

    *version* is the one parsed with, or None when no parse could change the outcome.
    Raises UrlBusy, DatabaseAway.
    """
    return _call(
        _REJECT,
        (
            endpoint.token_hash,
            endpoint.token_lock,
            version,
            refused.status,
            refused.code,
            refused.detail,
            Jsonb(list(refused.errors)),
            incoming.content_type,
            incoming.body if refused.keeps_body else None,
            incoming.request_id,
            incoming.header_key,
        ),
    )


def look_at(endpoint: Endpoint) -> str:
    """Say what a URL is: unknown, retired, paused or active. Counts as no hit.

    Raises DatabaseAway.
    """
    row = _row(_STATE, (endpoint.token_hash,))
    return str(row[0]) if row else "unknown"


def known_now(token_hash: bytes) -> Known | None:
    """Return what to parse by today, whatever the URL's state. Raises DatabaseAway."""
    row = _row(_SETTINGS, (token_hash, lock_number(token_hash)))
    return Known.read(row[0]) if row else None


def first_sight(endpoint: Endpoint, incoming: Incoming) -> Verdict:
    """Learn what to parse by: `stale` with the settings; or, as `reject`, why there is no need.

    Raises UrlBusy, DatabaseAway.
    """
    return reject(endpoint, _NO_VERSION, Refused(0, "", ""), incoming)


_ACCEPT: LiteralString = (
    "SELECT * FROM accept_lead_v2(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
    " %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_DRAIN: LiteralString = (
    "SELECT *, NULL FROM drain_lead_v2(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
    " %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_SETTINGS = "SELECT settings FROM endpoint_state_v1(%s, %s)"
_STATE = """
    SELECT CASE WHEN t.retired_at IS NOT NULL OR i.deleted_at IS NOT NULL THEN 'retired'
                ELSE i.status END
    FROM endpoint_tokens t JOIN integrations i ON i.id = t.integration_id
    WHERE t.token_hash = %s
"""
_NO_VERSION = -1  # no integration's settings have it: whatever is asked with it is stale
_REJECT: LiteralString = (
    "SELECT * FROM reject_lead_v2(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def _call(statement: LiteralString, arguments: tuple[Any, ...]) -> Verdict:
    row = _row(statement, arguments)
    if row is None:
        raise DatabaseAway("the accept call returned no row")
    outcome, found, settings = row
    return Verdict(outcome, found, Known.read(settings) if settings else None)


def _row(statement: LiteralString, arguments: tuple[Any, ...]) -> tuple[Any, ...] | None:
    found = rows(statement, arguments)
    return found[0] if found else None
