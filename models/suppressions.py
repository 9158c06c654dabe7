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

from sqlalchemy import Index, Uuid, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import suppression_statements as statements
from models.db import Base
from models.jobs import OPEN, Job
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
    #: Further imports that asked for it while that one could still be taken back.
    asked_by: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))

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

    def gives_way(self, session: Session, because: "Because") -> bool:
        """Say whether it may end by itself, or by less than this word would.

        One that reads as a stop may be undone by an operator, one of an open import goes when
        that is canceled: whoever asks for the number gets a suppression of their own.
        """
        if self.needs_review and not because.needs_review:
            return True
        held = select(Job.id).where(Job.id == self.job_id, Job.status.in_(OPEN))
        return self.job_id is not None and session.scalar(held) is not None


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
    """Put a number on a list; return the suppression, and whether the number was on none.

    In the caller's transaction, which has not taken the suppression lock shared: the contact
    leaves the opt-in queue (a trigger), its unsent texts are canceled, and the timeline says
    so. Once that is committed no text to this number can be claimed any more; one that was
    claimed before may still be on its way (Delivery.in_flight).
    """
    lock_suppressions(session, account_id, exclusive=True)
    known = Suppression.live(session, account_id, phone, because.kind)
    if known is not None:
        if not known.gives_way(session, because):
            return known, False
        _replace(session, known, because)
    made = Suppression(
        account_id=account_id,
        phone=phone,
        kind=because.kind,
        reason=because.reason,
        source=because.source,
        by_id=because.by.id,
        by_name=because.by.name,
        needs_review=because.needs_review and known is None,
        error_code=because.error_code,
    )
    session.add(made)
    session.flush()
    place = {"account_id": account_id, "phone": phone, "request_id": because.request_id}
    who = {"by_id": because.by.id, "by_name": because.by.name}
    words = {"kind": because.kind.value, "source": because.source, "reason": because.reason}
    session.execute(statements.CANCEL_UNSENT, place | who | words)
    session.execute(statements.TELL_CONTACT, place | who | words)
    return made, known is None


def _replace(session: Session, known: Suppression, because: Because) -> None:
    """End what another suppression takes the place of: its words are sealed, not rewritten."""
    known.lifted_at = session.scalar(select(func.now()))
    known.lifted_by = because.by.name
    known.lift_reason = f"replaced by one from {because.source}"
    session.flush()


def lift(session: Session, suppression: Suppression, by: Actor, reason: str) -> None:
    """Take a number off one list. Nobody returns to the opt-in queue by it."""
    lock_suppressions(session, suppression.account_id, exclusive=True)
    suppression.lifted_at = session.scalar(select(func.now()))
    suppression.lifted_by = by.name
    suppression.lift_reason = reason
    session.flush()
    session.execute(
        statements.TELL_LIFTED,
        {
            "account_id": suppression.account_id,
            "phone": suppression.phone,
            "kind": suppression.kind.value,
            "reason": reason,
            "by_id": by.id,
            "by_name": by.name,
        },
    )


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
