"""Storing what Twilio tells us: receipts of texts, and texts that people send.

One commit each, before Twilio is answered. A person's stop is honored in that very commit.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, bindparam, exists, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from models.phone_numbers import PhoneNumber
from models.receipts import FINAL_RANK, RANKS
from models.suppressions import Because, SuppressionKind, suppress
from models.texts import Text
from senders.optout import Intent, Reading

#: Where a person's own stop comes from.
INBOUND = "inbound text"


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


def keep_receipt(connection: Connection, told: Told) -> UUID | None:
    """Store a receipt; return the lead whose delivery it may move, or None if it moves none.

    A receipt that only repeats what is known, or speaks of no text of ours, is stored as
    applied: no job is needed for it.
    """
    given = {
        "lead_id": told.lead_id,
        "attempt": told.attempt,
        "sid": told.sid,
        "status": told.status,
        "error_code": told.error_code,
        "raw": told.raw,
        "request_id": told.request_id,
        "is_final": RANKS.get(told.status, -1) == FINAL_RANK,
    }
    row = connection.execute(_KEEP_RECEIPT, given).one()
    return row.lead_id if row.applied_at is None else None


_KEEP_RECEIPT = text("""
    INSERT INTO receipts
      (lead_id, attempt, sid, status, error_code, raw, request_id, applied_at)
    SELECT coalesce(CAST(:lead_id AS uuid), d.lead_id), :attempt, CAST(:sid AS text), :status,
           :error_code, :raw, :request_id,
           CASE WHEN d.lead_id IS NULL THEN now()
             WHEN NOT :is_final AND d.sid = :sid AND d.accepted_at IS NOT NULL
             AND d.status NOT IN ('ready', 'sending', 'unknown', 'review') THEN now() END
    FROM (SELECT 1) AS one LEFT JOIN deliveries d
      ON d.lead_id = coalesce(
           CAST(:lead_id AS uuid), (SELECT k.lead_id FROM deliveries k WHERE k.sid = :sid))
    RETURNING lead_id, applied_at
""").bindparams(bindparam("raw", type_=JSONB))


@dataclass(frozen=True)
class InboundText:
    """A text that a person sent to one of our numbers, and how it was read."""

    sid: str
    phone: str
    our_number: str
    body: str
    reading: Reading
    raw: dict[str, str]
    request_id: str | None
    at: datetime | None = None  # when it was sent, where it is heard later than that


@dataclass
class Heard:
    """What storing an inbound text did."""

    new_texts: list[UUID] = field(default_factory=list)
    newly_opted_out: bool = False


def hear(session: Session, inbound: InboundText) -> Heard:
    """Store an inbound text in every account the number belongs to, and honor a stop there.

    The same text again changes nothing.
    """
    heard = Heard()
    for account_id in PhoneNumber.accounts_of(session, inbound.our_number):
        if inbound.reading.is_stop:
            heard.newly_opted_out |= _opt_out(session, account_id, inbound)
        kept = _keep_text(session, account_id, inbound)
        if kept is not None:
            heard.new_texts.append(kept)
            _tell_contact(session, account_id, inbound)
    return heard


def keep_confirmation(session: Session, inbound: InboundText, body: str) -> None:
    """Put the one confirmation of a stop into the conversation: it goes out as our answer."""
    for account_id in PhoneNumber.accounts_of(session, inbound.our_number):
        session.add(
            Text(
                account_id=account_id,
                phone=inbound.phone,
                our_number=inbound.our_number,
                direction="out",
                body=body,
                status="sent",
                sid=inbound.sid,
                reading=Intent.NONE.value,
                raw={},
                request_id=inbound.request_id,
            )
        )


def _opt_out(session: Session, account_id: UUID, inbound: InboundText) -> bool:
    if _is_kept(session, account_id, inbound.sid):
        return False  # heard before; should it have been lifted since, it stays lifted
    free_text = inbound.reading.intent is Intent.STOP_FREE_TEXT
    because = Because(
        SuppressionKind.OPTED_OUT,
        "texted something that reads as stop" if free_text else "texted a stop word",
        INBOUND,
        needs_review=free_text,
        request_id=inbound.request_id,
    )
    _, is_new = suppress(session, account_id, inbound.phone, because)
    return is_new


def _is_kept(session: Session, account_id: UUID, sid: str) -> bool:
    known = select(exists().where(Text.account_id == account_id, Text.sid == sid))
    return session.scalar(known) is True


def _keep_text(session: Session, account_id: UUID, inbound: InboundText) -> UUID | None:
    row = insert(Text).values(
        id=uuid4(),
        account_id=account_id,
        phone=inbound.phone,
        our_number=inbound.our_number,
        direction="in",
        body=inbound.body,
        status="received",
        sid=inbound.sid,
        reading=inbound.reading.intent.value,
        raw=inbound.raw,
        request_id=inbound.request_id,
        **({"at": inbound.at} if inbound.at else {}),
    )
    made: UUID | None = session.scalar(row.on_conflict_do_nothing().returning(Text.id))
    return made


def _tell_contact(session: Session, account_id: UUID, inbound: InboundText) -> None:
    session.execute(
        text("""
            INSERT INTO timeline (account_id, kind, text, contact_id, request_id)
            SELECT account_id, 'texted_back', 'Texted back.', id, :request_id FROM contacts
            WHERE account_id = :account_id AND phone = :phone AND deleted_at IS NULL
        """),
        {
            "account_id": account_id,
            "phone": inbound.phone,
            "request_id": inbound.request_id,
        },
    )
