"""A lead: one submission to an endpoint URL, stored before the sender is answered."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import BigInteger, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.db import Base


class LeadStatus(StrEnum):
    RECEIVED = "received"  # stored; its job has yet to look at it
    HELD = "held"  # waits for a switch or an operator; not texted
    TEXTING = "texting"  # its text is on the way, or waits for its time
    JOINED = "joined"  # texted, and in the opt-in queue unless in a group
    LANDLINE = "landline"  # in the opt-in queue, never texted
    SUPPRESSED = "suppressed"  # the number must not be texted
    DUPLICATE = "duplicate"  # the same lead or person as `duplicate_of`
    NEEDS_ATTENTION = "needs_attention"  # a person decides; `reason` says why
    TEST = "test"  # the sender's own sample
    DROPPED = "dropped"  # decided against for good; `reason` says why


class KeyKind(StrEnum):
    SENDER_ID = "id"  # the sender's own lead or event id: counts for ever
    HEADER = "header"  # Idempotency-Key or webhook-id: counts for ever
    BODY = "body"  # a hash of the body: counts within the duplicate window


class Lead(Base):
    """One row per lead.

    account_id and integration_id carry no foreign keys: both are only ever marked deleted,
    and each check would lock the one integration's row in every accept.
    """

    __tablename__ = "leads"
    __table_args__ = (
        Index("uq_leads_idem_key", "integration_id", "idem_key", unique=True),
        Index("ix_leads_person", "account_id", "phone", text("received_at DESC")),
        Index("ix_leads_newest", "account_id", text("received_at DESC"), text("id DESC")),
        Index(
            "ix_leads_open",
            "status",
            "received_at",
            postgresql_where=text("status IN ('received', 'held')"),
        ),
        Index("ix_leads_status", "account_id", "status", text("received_at DESC")),
        Index("ix_leads_wiped", "wiped_at", postgresql_where=text("wiped_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    integration_id: Mapped[UUID]
    token_id: Mapped[UUID]
    idem_key: Mapped[bytes | None]  # given up by a body hash that counts no longer
    key_kind: Mapped[KeyKind]
    status: Mapped[LeadStatus]
    reason: Mapped[str | None]
    duplicate_of: Mapped[UUID | None]
    contact_id: Mapped[UUID | None] = mapped_column(index=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    phone: Mapped[str | None]  # only a test lead or an unfinished form may lack it
    email: Mapped[str | None]
    sender: Mapped[str]
    notes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    extra: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_type: Mapped[str | None]
    body: Mapped[bytes | None]
    via: Mapped[str] = mapped_column(default="postgres")
    request_id: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    #: Leases and claims go by the database's clock, so that no worker's clock matters.
    lease_until: Mapped[datetime | None]
    claims: Mapped[int] = mapped_column(default=0, server_default="0")
    rung_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    wiped_at: Mapped[datetime | None]  # the person asked for it: what identified them is gone


class LeadConflict(Base):
    """A second body under a key that was already taken: kept, and nothing done with it."""

    __tablename__ = "lead_conflicts"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey(Lead.id), index=True)
    integration_id: Mapped[UUID] = mapped_column(index=True)
    other_person: Mapped[bool]  # the warning sign: a constant id swallows real people
    body: Mapped[bytes | None]
    request_id: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


def lead_id(integration_id: UUID, key: bytes, *, older: UUID | None = None) -> UUID:
    """Name a lead after its integration and idempotency key.

    Path P, Path F and every retry arrive at the same id without asking each other. *older*
    is the lead that gave this body hash up, where there is one.
    """
    name = f"{integration_id}:{key.hex()}:{older or ''}"
    return uuid5(NAMESPACE_URL, name)
