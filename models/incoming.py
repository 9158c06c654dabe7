"""What a request brought, and the names by which a lead is known again: key, id and person.

Made without asking anybody, so that both paths of acceptance and every retry agree.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from models.crypto import lock_number
from models.leads import KeyKind, LeadStatus, lead_id
from senders import ParsedLead


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
class Submission:
    """A parsed lead with its request and its names, ready to be stored on either path."""

    lead: ParsedLead
    incoming: Incoming
    integration_id: UUID
    version: int  # of the settings it was parsed by
    key: bytes
    key_kind: KeyKind
    unread: bool = False  # by the settings of today; the lead is as it was read when it came

    @property
    def is_settled(self) -> bool:
        """Say whether nothing is to be done for it once it is stored."""
        return self.unread or self.lead.is_test or self.lead.unfinished

    @classmethod
    def of(
        cls, integration_id: UUID, version: int, lead: ParsedLead, incoming: Incoming
    ) -> "Submission":
        key, kind = idempotency_key(integration_id, lead, incoming)
        return cls(lead, incoming, integration_id, version, key, kind)

    def lead_id(self, older: UUID | None = None) -> UUID:
        """Return the lead's id; *older* is the lead that gave this body hash up."""
        return lead_id(self.integration_id, self.key, older=older)

    def arguments(self, older: UUID | None) -> tuple[Any, ...]:
        """Return what the functions of migration 0003 take, from the person's lock on."""
        return tuple(
            Jsonb(value) if name == "extra" else value
            for name, value in self.columns(older).items()
        )

    def columns(self, older: UUID | None) -> dict[str, Any]:
        """Return what is stored, by name, in the order in which the functions take it."""
        status, reason = self._first_status()
        person = _digest("person", self.integration_id.hex, self.lead.phone or self.key.hex())
        return {
            "person_lock": lock_number(person),
            "lead_id": self.lead_id(older),
            "older_id": older,
            "key": self.key,
            "key_kind": self.key_kind.value,
            "status": status.value,
            "reason": reason,
            "first_name": self.lead.first_name,
            "last_name": self.lead.last_name,
            "phone": self.lead.phone,
            "email": self.lead.email,
            "sender": self.lead.sender,
            "notes": list(self.lead.notes),
            "extra": self.lead.extra,
            "content_type": self.incoming.content_type,
            "body": self.incoming.body,
            "request_id": self.incoming.request_id,
        }

    def _first_status(self) -> tuple[LeadStatus, str | None]:
        if self.lead.unfinished:
            return LeadStatus.DROPPED, "unfinished form"
        if self.lead.is_test:
            return LeadStatus.TEST, "the sender's own test"
        if self.unread:
            return LeadStatus.NEEDS_ATTENTION, "the field mapping no longer reads it"
        return LeadStatus.RECEIVED, None

    def to_json(self) -> dict[str, Any]:
        """Return all of it as the spool keeps it."""
        return {
            "lead": asdict(self.lead),
            "incoming": asdict(self.incoming)
            | {"body": b64encode(self.incoming.body).decode()},
            "integration_id": str(self.integration_id),
            "version": self.version,
            "key": self.key.hex(),
            "key_kind": self.key_kind.value,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Submission":
        """Read what `to_json` wrote."""
        lead = kept["lead"] | {"notes": tuple(kept["lead"]["notes"])}
        incoming = kept["incoming"] | {"body": b64decode(kept["incoming"]["body"])}
        return cls(
            lead=ParsedLead(**lead),
            incoming=Incoming(**incoming),
            integration_id=UUID(kept["integration_id"]),
            version=kept["version"],
            key=bytes.fromhex(kept["key"]),
            key_kind=KeyKind(kept["key_kind"]),
        )


def idempotency_key(
    integration_id: UUID, lead: ParsedLead, incoming: Incoming
) -> tuple[bytes, KeyKind]:
    """Return the key of a lead within its integration, and where it comes from."""
    if lead.sender_lead_id:
        return _digest("id", lead.sender, lead.sender_lead_id), KeyKind.SENDER_ID
    if incoming.header_key:
        return _digest("header", incoming.header_key), KeyKind.HEADER
    return _digest("body", integration_id.hex, incoming.body), KeyKind.BODY


def _digest(*parts: str | bytes) -> bytes:
    """Hash parts so that no two lists of them can be taken for each other."""
    hashed = hashlib.sha256()
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode()
        hashed.update(len(raw).to_bytes(8, "big") + raw)
    return hashed.digest()
