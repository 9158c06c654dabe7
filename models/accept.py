"""The accept call: a parsed lead, or a rejection, goes into PostgreSQL in one round trip.

The decision is made inside the database, under locks, by the functions of migration 0003;
this module only carries it there and back, under a deadline. What it raises says what the
caller may do next.
"""

import hashlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.errors import LockNotAvailable
from psycopg.types.json import Jsonb
from psycopg_pool import PoolTimeout

from models.crypto import token_hash
from models.db import hurried
from models.leads import KeyKind, LeadStatus, lead_id
from senders import ParsedLead, ParseSettings

#: Path P as a whole, and the part of it that may go into waiting for a connection.
BUDGET_SECONDS = 0.7
CHECKOUT_SECONDS = 0.2


class AcceptError(Exception):
    """The lead was not stored, as far as we know."""


class UrlBusy(AcceptError):
    """Somebody holds the URL's or the person's lock: ask the sender to try again."""


class DatabaseAway(AcceptError):
    """PostgreSQL did not answer in time. It may have stored the lead all the same."""


@dataclass(frozen=True)
class Endpoint:
    """The address a request came to: its token, as hash and as the number of its lock."""

    token_hash: bytes
    token_lock: int

    @classmethod
    def of(cls, token: str) -> "Endpoint":
        digest = token_hash(token)
        return cls(digest, _lock_number(digest))


@dataclass(frozen=True)
class Known:
    """What a process remembers of an endpoint, to parse by. It decides nothing else."""

    integration_id: UUID
    version: int
    settings: ParseSettings

    @classmethod
    def read(cls, row: dict[str, Any]) -> "Known":
        """Read what the database answers with `stale`."""
        return cls(
            integration_id=UUID(row["integration_id"]),
            version=row["version"],
            settings=ParseSettings(
                default_region=row["default_region"],
                allowed_countries=frozenset(row["allowed_countries"]),
                mapping=row["mapping"],
                consent_required=row["consent_required"],
            ),
        )


@dataclass(frozen=True)
class Incoming:
    """A request's own part of a lead or rejection."""

    body: bytes
    content_type: str | None
    request_id: str
    header_key: str | None = None


@dataclass(frozen=True)
class Refused:
    """Why a request did not become a lead, in the form a rejection keeps."""

    status: int
    code: str
    detail: str
    errors: Sequence[dict[str, str]] = ()
    keeps_body: bool = True


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
    key, kind = idempotency_key(known.integration_id, lead, incoming)
    older: UUID | None = None
    for _ in range(3):  # a body hash can be given up by a lead, and by the one after it
        verdict = _call(
            _ACCEPT, _accept_arguments(endpoint, known, lead, incoming, (key, kind, older))
        )
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
        ),
    )


def look_at(endpoint: Endpoint) -> str:
    """Say what a URL is: unknown, retired, paused or active. Counts as no hit.

    Raises DatabaseAway.
    """
    row = _row(_STATE, (endpoint.token_hash,))
    return str(row[0]) if row else "unknown"


def first_sight(endpoint: Endpoint, incoming: Incoming) -> Verdict:
    """Learn what to parse by: `stale` with the settings; or, as `reject`, why there is no need.

    Raises UrlBusy, DatabaseAway.
    """
    return reject(endpoint, _NO_VERSION, Refused(0, "", ""), incoming)


def idempotency_key(
    integration_id: UUID, lead: ParsedLead, incoming: Incoming
) -> tuple[bytes, KeyKind]:
    """Return the key of a lead within its integration, and where it comes from."""
    if lead.sender_lead_id:
        return _digest("id", lead.sender, lead.sender_lead_id), KeyKind.SENDER_ID
    if incoming.header_key:
        return _digest("header", incoming.header_key), KeyKind.HEADER
    return _digest("body", integration_id.hex, incoming.body), KeyKind.BODY


_ACCEPT: LiteralString = (
    "SELECT * FROM accept_lead_v1(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
    " %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_STATE = """
    SELECT CASE WHEN t.retired_at IS NOT NULL OR i.deleted_at IS NOT NULL THEN 'retired'
                ELSE i.status END
    FROM endpoint_tokens t JOIN integrations i ON i.id = t.integration_id
    WHERE t.token_hash = %s
"""
_NO_VERSION = -1  # no integration's settings have it: whatever is asked with it is stale
_REJECT: LiteralString = "SELECT * FROM reject_lead_v1(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


def _accept_arguments(
    endpoint: Endpoint,
    known: Known,
    lead: ParsedLead,
    incoming: Incoming,
    key: tuple[bytes, KeyKind, UUID | None],
) -> tuple[Any, ...]:
    digest, kind, older = key
    status, reason = _first_status(lead)
    person = _digest("person", known.integration_id.hex, lead.phone or digest.hex())
    return (
        endpoint.token_hash,
        endpoint.token_lock,
        known.version,
        _lock_number(person),
        lead_id(known.integration_id, digest, older=older),
        older,
        digest,
        kind.value,
        status.value,
        reason,
        lead.first_name,
        lead.last_name,
        lead.phone,
        lead.email,
        lead.sender,
        list(lead.notes),
        Jsonb(lead.extra),
        incoming.content_type,
        incoming.body,
        incoming.request_id,
    )


def _first_status(lead: ParsedLead) -> tuple[LeadStatus, str | None]:
    if lead.unfinished:
        return LeadStatus.DROPPED, "unfinished form"
    if lead.is_test:
        return LeadStatus.TEST, "the sender's own test"
    return LeadStatus.RECEIVED, None


def _call(statement: LiteralString, arguments: tuple[Any, ...]) -> Verdict:
    row = _row(statement, arguments)
    if row is None:
        raise DatabaseAway("the accept call returned no row")
    outcome, found, settings = row
    return Verdict(outcome, found, Known.read(settings) if settings else None)


def _row(statement: LiteralString, arguments: tuple[Any, ...]) -> tuple[Any, ...] | None:
    deadline = time.monotonic() + BUDGET_SECONDS
    try:
        with hurried(deadline, CHECKOUT_SECONDS) as connection:
            found: tuple[Any, ...] | None = connection.execute(
                statement, arguments, prepare=True
            ).fetchone()
    except LockNotAvailable as error:
        raise UrlBusy("another request holds this URL or this person") from error
    except (psycopg.Error, PoolTimeout) as error:
        raise DatabaseAway(type(error).__name__) from error
    return found


def _digest(*parts: str | bytes) -> bytes:
    """Hash parts so that no two lists of them can be taken for each other."""
    hashed = hashlib.sha256()
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode()
        hashed.update(len(raw).to_bytes(8, "big") + raw)
    return hashed.digest()


def _lock_number(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big", signed=True)


class EndpointMemory:
    """What this process knows of the endpoints it has seen, bounded, safe for threads."""

    def __init__(self, most: int = 10_000) -> None:
        self._known: dict[bytes, Known] = {}
        self._most = most
        self._lock = threading.Lock()

    def get(self, endpoint: Endpoint) -> Known | None:
        return self._known.get(endpoint.token_hash)

    def put(self, endpoint: Endpoint, known: Known) -> None:
        with self._lock:
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[endpoint.token_hash] = known
