"""An endpoint URL as a request meets it: its token, and what a process remembers of it."""

import threading
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import config
from models.crypto import lock_number, token_hash
from models.signing_secrets import opened
from senders import ParseSettings


@dataclass(frozen=True)
class Endpoint:
    """The address a request came to: its token, as hash and as the number of its lock."""

    token_hash: bytes
    token_lock: int

    @classmethod
    def of(cls, token: str) -> "Endpoint":
        digest = token_hash(token)
        return cls(digest, lock_number(digest))


@dataclass(frozen=True)
class Known:
    """What a process remembers of an endpoint: how to read what comes, and when to refuse it.

    It never decides that something is accepted: the accept call learns by the version whether
    it was read by what stands now.
    """

    integration_id: UUID
    version: int
    settings: ParseSettings
    #: With which of these a body has to be signed; none: it need not be.
    secrets: tuple[str, ...] = field(default=(), repr=False)
    rate_limit: int = 0  # requests a minute; 0: without limit

    @classmethod
    def read(cls, row: dict[str, Any]) -> "Known":
        """Read what the database answers with `stale`."""
        own_limit = row.get("rate_limit")
        return cls(
            integration_id=UUID(row["integration_id"]),
            version=row["version"],
            settings=ParseSettings(
                default_region=row["default_region"],
                allowed_countries=frozenset(row["allowed_countries"]),
                mapping=row["mapping"],
                consent_required=row["consent_required"],
            ),
            secrets=opened(row.get("signing_secrets", [])),
            rate_limit=config.RATE_LIMIT if own_limit is None else own_limit,
        )


class EndpointMemory:
    """What this process knows of the endpoints it has seen, bounded, safe for threads."""

    def __init__(self, most: int = 10_000) -> None:
        self._known: dict[bytes, Known] = {}
        self._most = most
        self._lock = threading.Lock()

    def get(self, endpoint: Endpoint) -> Known | None:
        return self._known.get(endpoint.token_hash)

    def newest(self, endpoint: Endpoint, row: dict[str, Any]) -> Known:
        """Return what *row* says, as PostgreSQL wrote it some time ago, or what is newer here.

        Neither is the newer by itself: a row may be seconds old, what is remembered days.
        """
        known = self.get(endpoint)
        if known is None or known.version < row["version"]:
            known = Known.read(row)
            self.put(endpoint, known)
        return known

    def put(self, endpoint: Endpoint, known: Known) -> None:
        with self._lock:
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[endpoint.token_hash] = known
