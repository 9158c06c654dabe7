"""Storing the texts that people send: one commit each, before Twilio is answered.

A person's stop is honored in that very commit. Receipts are kept by models/receipts.py.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import exists, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.phone_numbers import PhoneNumber
from models.suppressions import Because, SuppressionKind, suppress
from models.texts import Text
from senders.optout import Intent, Reading

#: Where a person's own stop comes from.
INBOUND = "inbound text"


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
