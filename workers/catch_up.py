"""After an outage: texts that people sent while we could not be reached.

Twilio calls us once for an inbound text. So its list is compared with what we have, from a
little before the last time we looked; storing a text twice changes nothing. How far we have
looked each process remembers for itself: one that has just begun looks back for days.
"""

import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, func, text, update
from sqlalchemy.orm import Session

from models import PhoneNumber, Text, transaction
from models.hearing import InboundText, hear
from senders.optout import Intent, classify
from workers import twilio
from workers.inbound import follow_text
from workers.ring import ring
from workers.twilio import TwilioText, TwilioUnavailable

logger = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=10)
FIRST_LOOK = timedelta(days=3)

_looked_at: dict[str, datetime] = {}


def inbound_texts(connection: Connection) -> int:
    """Store the inbound texts that Twilio has and we have not; return how many."""
    found = 0
    for number in _numbers(connection):
        now = datetime.now(UTC)
        since = _looked_at.get(number, now - FIRST_LOOK) - OVERLAP
        try:
            found += _hear(number, since, now)
        except TwilioUnavailable as error:
            logger.warning("inbound texts cannot be listed: %s", error)
            return found
        _looked_at[number] = now
    return found


def hear_since(connection: Connection, since: datetime) -> int:
    """Do the same for all that came since a time, whatever was looked at before.

    Raises TwilioUnavailable.
    """
    now = datetime.now(UTC)
    return sum(_hear(number, since - OVERLAP, now) for number in _numbers(connection))


def _numbers(connection: Connection) -> list[str]:
    return list(connection.scalars(_NUMBERS))


def _hear(number: str, since: datetime, now: datetime) -> int:
    listed = _oldest_first(twilio.list_inbound(number, since), now)
    return sum(_store(_heard_late(inbound, phone, number)) for inbound, phone in listed)


def _oldest_first(
    listed: list[tuple[TwilioText, str]], now: datetime
) -> list[tuple[TwilioText, str]]:
    """Twilio lists the newest first, and its times are whole seconds: keep its order there."""
    listed.reverse()
    return sorted(listed, key=lambda each: each[0].created_at or now)


def _heard_late(inbound: TwilioText, phone: str, number: str) -> InboundText:
    return InboundText(
        sid=inbound.sid or "",
        phone=phone,
        our_number=number,
        body=inbound.body or "",
        reading=classify(inbound.body or ""),
        raw={"listed": "Twilio's own record"},
        request_id=None,
        at=inbound.created_at,
    )


def _store(inbound: InboundText) -> int:
    """Store one text, and ring for it where it is new; for a START in any case.

    Nothing else finds a START whose job was lost. It is followed again by Twilio's own time:
    it may have reached us late, and a stop that we missed be the later word.
    """
    with transaction() as session:
        new = hear(session, inbound).new_texts
        to_follow = set(new)
        if inbound.reading.intent is Intent.START:
            to_follow.update(_dated(session, inbound))
    ring([follow_text.message(str(text_id)) for text_id in to_follow])
    return len(new)


def _dated(session: Session, inbound: InboundText) -> list[UUID]:
    """Date what we have of a text back to when it was sent; return the ids of the rows."""
    accounts = PhoneNumber.accounts_of(session, inbound.our_number)
    sent = Text.at if inbound.at is None else func.least(Text.at, inbound.at)
    dated = (
        update(Text)
        .where(Text.account_id.in_(accounts), Text.sid == inbound.sid, Text.direction == "in")
        .values(at=sent)
        .returning(Text.id)
    )
    return list(session.scalars(dated))


#: Deleted ones for a while: people still answer to them, and a stop has to be heard.
_NUMBERS = text("""
    SELECT DISTINCT number FROM phone_numbers
    WHERE status = 'approved'
      AND (deleted_at IS NULL OR deleted_at > now() - interval '30 days')
    ORDER BY number
""")
