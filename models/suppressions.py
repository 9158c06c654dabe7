"""A suppression: one number that must not be texted, and why.

Whoever adds one takes the account's suppression lock exclusively; whoever claims a text or
lets somebody join the opt-in queue takes it shared, *before* reading. So an addition waits
for the claims under way, and no claim that begins after its commit can miss it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import Index, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base
from models.timeline import SERVICE, Actor


class SuppressionKind(StrEnum):
    OPTED_OUT = "opted_out"  # the person said stop; only START or UNSTOP lifts it
    DNC = "dnc"  # an operator said so; an owner may lift it, with a reason
    COMPLIANCE = "compliance"  # litigator or regulator lists; owners only
    CARRIER = "carrier"  # the carrier refuses; leaves when evidence says so


class Suppression(Base):
    """One number on one kind of list. Lifted ones stay as a record.

    A trigger refuses one of no account (migration 0035).
    """

    __tablename__ = "suppressions"
    __table_args__ = (
        Index(
            "uq_suppressions_live",
            "account_id",
            "phone",
            "kind",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
        Index(
            "ix_suppressions_unsettled",
            "created_at",
            postgresql_where=text("settled_at IS NULL AND lifted_at IS NULL"),
        ),
        Index("ix_suppressions_newest", "account_id", text("created_at DESC"), text("id DESC")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID]
    phone: Mapped[str]
    kind: Mapped[SuppressionKind]
    reason: Mapped[str | None]
    source: Mapped[str]  # where it came from: api, inbound text, Twilio 21610 ...
    error_code: Mapped[int | None]  # Twilio's, for the kind carrier
    by_id: Mapped[UUID | None]
    by_name: Mapped[str | None]
    needs_review: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    settled_at: Mapped[datetime | None]  # no text was at the carrier any more
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]
    lift_reason: Mapped[str | None]
    job_id: Mapped[UUID | None]  # of the import that put it here

    @classmethod
    def live(
        cls, session: Session, account_id: UUID, phone: str, kind: SuppressionKind
    ) -> Self | None:
        """Return the suppression of this kind that stands for a number, if one does."""
        query = select(cls).where(
            cls.account_id == account_id,
            cls.phone == phone,
            cls.kind == kind,
            cls.lifted_at.is_(None),
        )
        return session.scalar(query)


@dataclass(frozen=True)
class Because:
    """Why a number is suppressed, for the record and the timeline."""

    kind: SuppressionKind
    reason: str | None
    source: str  # api, inbound text, Twilio 21610 ...
    by: Actor = SERVICE
    needs_review: bool = False
    error_code: int | None = None
    request_id: str | None = None


def suppress(
    session: Session, account_id: UUID, phone: str, because: Because
) -> tuple[Suppression, bool]:
    """Put a number on a list; return the suppression and whether it is new.

    In the caller's transaction, which has not taken the suppression lock shared: the contact
    leaves the opt-in queue (a trigger), its unsent texts are canceled, and the timeline says
    so. Once that is committed no text to this number can be claimed any more; one that was
    claimed before may still be on its way (Delivery.in_flight).
    """
    lock_suppressions(session, account_id, exclusive=True)
    known = Suppression.live(session, account_id, phone, because.kind)
    if known is not None:
        return known, False
    made = Suppression(
        account_id=account_id,
        phone=phone,
        kind=because.kind,
        reason=because.reason,
        source=because.source,
        by_id=because.by.id,
        by_name=because.by.name,
        needs_review=because.needs_review,
        error_code=because.error_code,
    )
    session.add(made)
    session.flush()
    place = {"account_id": account_id, "phone": phone, "request_id": because.request_id}
    who = {"by_id": because.by.id, "by_name": because.by.name}
    words = {"kind": because.kind.value, "source": because.source, "reason": because.reason}
    session.execute(_CANCEL_UNSENT, place | who | words)
    session.execute(_TELL_CONTACT, place | who | words)
    return made, True


def lift(session: Session, suppression: Suppression, by: Actor, reason: str) -> None:
    """Take a number off one list. Nobody returns to the opt-in queue by it."""
    lock_suppressions(session, suppression.account_id, exclusive=True)
    suppression.lifted_at = session.scalar(select(func.now()))
    suppression.lifted_by = by.name
    suppression.lift_reason = reason
    session.flush()
    session.execute(
        _TELL_LIFTED,
        {
            "account_id": suppression.account_id,
            "phone": suppression.phone,
            "kind": suppression.kind.value,
            "reason": reason,
            "by_id": by.id,
            "by_name": by.name,
        },
    )


_CANCEL_UNSENT = text("""
    WITH canceled AS (
      UPDATE deliveries SET status = 'suppressed', final_at = now(), check_at = NULL,
        reason = 'the number was suppressed before the text left'
      WHERE account_id = :account_id AND phone = :phone AND status = 'ready'
      RETURNING lead_id, contact_id
    ), told AS (
      INSERT INTO timeline (account_id, kind, text, by_id, by_name, lead_id, contact_id,
                            request_id)
      SELECT CAST(:account_id AS uuid), 'text_canceled',
             'Unsent text canceled: the number was suppressed.',
             CAST(:by_id AS uuid), :by_name, lead_id, contact_id, :request_id
      FROM canceled
    )
    UPDATE leads SET status = 'suppressed', reason = 'suppressed before the text left'
    FROM canceled WHERE leads.id = canceled.lead_id
""")

_TELL_CONTACT = text("""
    INSERT INTO timeline (account_id, kind, text, by_id, by_name, contact_id, request_id)
    SELECT account_id, 'suppressed',
           'Suppressed (' || replace(:kind, '_', ' ') || '), from ' || :source
             || coalesce(': ' || CAST(:reason AS text), '') || '.',
           CAST(:by_id AS uuid), :by_name, id, :request_id
    FROM contacts
    WHERE account_id = :account_id AND phone = :phone AND deleted_at IS NULL
""")

_TELL_LIFTED = text("""
    INSERT INTO timeline (account_id, kind, text, by_id, by_name, contact_id)
    SELECT account_id, 'suppression_lifted',
           'No longer suppressed (' || replace(:kind, '_', ' ') || '): '
             || CAST(:reason AS text) || '.',
           CAST(:by_id AS uuid), :by_name, id
    FROM contacts
    WHERE account_id = :account_id AND phone = :phone AND deleted_at IS NULL
""")


def lock_suppressions(session: Session, account_id: UUID, *, exclusive: bool) -> None:
    """Take the account's suppression lock until the transaction ends.

    A statement of its own: what is read in the same statement would be as old as its start.
    Never take it shared first and exclusive later in one transaction: two of those block
    each other for ever.
    """
    take = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
    session.execute(
        text(f"SELECT {take}(suppression_lock(:account_id))"),
        {"account_id": account_id},
    )
