"""A receipt: what Twilio told us later about a delivery. Each one is kept.

Most are done with at once: they repeat what is known, or they are the common last word. The
others wait for workers/receipts.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, cast
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb
from sqlalchemy import BigInteger, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from failpoints import failpoint
from models.budget import rows
from models.db import Base

#: How far along a status is. A receipt of a lower rank than what is known changes nothing.
RANKS = {
    "accepted": 0,
    "scheduled": 0,
    "queued": 0,
    "sending": 1,
    "sent": 2,
    "delivered": 3,
    "read": 3,
    "undelivered": 3,
    "failed": 3,
    "canceled": 3,
}
FINAL_RANK = 3


@dataclass(frozen=True)
class Told:
    """One status callback."""

    lead_id: UUID | None
    attempt: int | None
    sid: str
    status: str
    error_code: int | None
    raw: dict[str, str]
    request_id: str | None


def keep_receipt(told: Told) -> UUID | None:
    """Store a receipt, committed; return the lead if a job has to apply it.

    No job is needed for one that only repeats what is known, speaks of no text of ours, or
    says of a text that is out that it was delivered: then the person has joined already. It
    waits for no lock: where somebody else is at the same lead, the job does it.

    Raises UrlBusy, DatabaseAway.
    """
    told_raw = Jsonb(told.raw)
    arguments = (told.lead_id, told.attempt, told.sid, told.status, told.error_code, told_raw)
    failpoint("receipt_before_commit")
    [(lead_id,)] = rows(_TAKE, (*arguments, told.request_id, _is_final(told)))
    failpoint("receipt_after_commit_before_answer")
    return cast("UUID | None", lead_id)


def keep_receipts(told: Sequence[Told]) -> list[UUID | None]:
    """Do as `keep_receipt` for all of them: one call, one commit.

    Raises UrlBusy, DatabaseAway: then for all.
    """
    receipts = [
        {"place": n, **vars(each), "is_final": _is_final(each)} for n, each in enumerate(told)
    ]
    leads: list[UUID | None] = [None] * len(told)
    failpoint("receipt_before_commit")
    for place, lead_id in rows(_TAKE_ALL, (msgspec.json.encode(receipts).decode(),)):
        leads[place] = lead_id
    failpoint("receipt_after_commit_before_answer")
    return leads


def _is_final(told: Told) -> bool:
    return RANKS.get(told.status, -1) == FINAL_RANK


_TAKE: LiteralString = "SELECT take_receipt_v1(%s, %s, %s, %s, %s, %s, %s, %s)"
_TAKE_ALL: LiteralString = "SELECT * FROM take_receipts_v1(%s)"


class Receipt(Base):
    """One status callback, or one look at Twilio's record of a text."""

    __tablename__ = "receipts"
    __table_args__ = (
        Index("ix_receipts_lead", "lead_id", "id"),
        Index("ix_receipts_open", "received_at", postgresql_where=text("applied_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    lead_id: Mapped[UUID | None]  # None when it names no delivery of ours
    attempt: Mapped[int | None]
    sid: Mapped[str]
    status: Mapped[str]
    error_code: Mapped[int | None]
    raw: Mapped[dict[str, Any]] = mapped_column(JSONB)
    request_id: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    applied_at: Mapped[datetime | None]
