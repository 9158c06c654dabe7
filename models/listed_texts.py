"""Texts of Twilio's list that no row knew: kept, and given to the lead whose text each was."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.deliveries import Attempt, Delivery, DeliveryStatus
from models.outcomes import tell
from models.receipts import Receipt
from models.restores import RETRIES_LAST_HOURS, ListedText
from models.suppressions import lock_suppressions

_WAITING = (
    DeliveryStatus.READY,
    DeliveryStatus.SENDING,
    DeliveryStatus.UNKNOWN,
    DeliveryStatus.REVIEW,
)


@dataclass(frozen=True)
class Listed:
    """A text of ours as Twilio's list has it."""

    sid: str
    from_number: str
    phone: str
    body: str
    status: str
    error_code: int | None
    created_at: datetime


def keep_unknown(session: Session, restore_id: int, listed: Sequence[Listed]) -> int:
    """Keep those that no row of ours knows; return how many they are."""
    given = {"sids": [each.sid for each in listed]}
    known = set(session.scalars(_KNOWN, given))
    numbers = set(session.scalars(text("SELECT number FROM phone_numbers")))
    new = [
        asdict(each) | {"restore_id": restore_id}
        for each in listed
        if each.sid not in known and each.from_number in numbers
    ]
    if not new:
        return 0
    kept = insert(ListedText).on_conflict_do_nothing().returning(ListedText.sid)
    return len(session.scalars(kept, new).all())


def waiting_leads(connection: Connection, most: int) -> list[UUID]:
    """Return leads that wait for the outcome of a text, or for it, and have one in the list."""
    given = {"most": most, "hours": RETRIES_LAST_HOURS}
    return list(connection.scalars(_WAITING_LEADS, given))


def is_listed(connection: Connection, lead_id: UUID) -> bool:
    """Say at small cost whether it is worth while to ask for a lead's text in the list."""
    return connection.scalar(_IS_LISTED, {"lead_id": lead_id}) is True


def give(session: Session, lead_id: UUID, *, same_words: bool) -> bool:
    """Give a lead the text that Twilio has for its number, instead of another one.

    *same_words*: only a text that says the same. True if there was one: it is kept as a
    receipt, which is yet to be applied.
    """
    delivery = session.get(Delivery, lead_id)
    if delivery is None:
        return False
    lock_suppressions(session, delivery.account_id, exclusive=False)
    session.refresh(delivery, with_for_update=True)
    if delivery.status not in _WAITING or delivery.sid is not None:
        return False
    given = {"lead_id": lead_id, "same_words": same_words, "hours": RETRIES_LAST_HOURS}
    found = session.scalar(_TAKE, given)
    if found is None:
        return False
    _attach(session, delivery, session.get_one(ListedText, found))
    return True


def _attach(session: Session, delivery: Delivery, listed: ListedText) -> None:
    if delivery.status is DeliveryStatus.READY:
        delivery.attempt += 1
        attempt = Attempt(
            lead_id=delivery.lead_id,
            number=delivery.attempt,
            token=uuid4(),
            started_at=listed.created_at,
        )
        session.add(attempt)
        delivery.accepted_at = listed.created_at
    session.flush()
    session.add(
        Receipt(
            lead_id=delivery.lead_id,
            attempt=delivery.attempt,
            sid=listed.sid,
            status=listed.status,
            error_code=listed.error_code,
            raw={"listed": "Twilio's own record, after a restore"},
        )
    )
    session.execute(_NOT_HELD, {"lead_id": delivery.lead_id})
    tell(session, delivery.lead_id, "text_found", "Twilio has it already: not sent again.")


#: It had been released since the backup: its text is out, and there is nothing to hold.
_NOT_HELD = text("""
    UPDATE leads SET status = 'texting', reason = NULL, held_at = NULL
    WHERE id = :lead_id AND status = 'held'
""")

_KNOWN = text("""
    SELECT sid FROM deliveries WHERE sid = ANY(:sids)
    UNION ALL SELECT sid FROM attempts WHERE sid = ANY(:sids)
    UNION ALL SELECT sid FROM receipts WHERE lead_id IS NOT NULL AND sid = ANY(:sids)
""")

_IS_LISTED = text("""
    SELECT EXISTS (SELECT FROM listed_texts t JOIN deliveries d ON t.phone = d.phone
                   WHERE d.lead_id = :lead_id AND t.lead_id IS NULL)
""")

#: Whether a text may be that of a delivery: to whom, and from which numbers.
_MAY_BE = """
    t.lead_id IS NULL AND t.phone = d.phone
    AND t.from_number IN (
      SELECT n.number FROM phone_numbers n WHERE n.account_id = d.account_id)
"""

_WAITING_LEADS = text(f"""
    SELECT DISTINCT d.lead_id FROM listed_texts t JOIN deliveries d ON {_MAY_BE}
    WHERE d.status IN ('ready', 'sending', 'unknown', 'review') AND d.sid IS NULL
      AND t.body = d.body
      AND t.created_at > d.created_at - make_interval(hours => :hours)
    LIMIT :most
""")  # noqa: S608  (a constant of ours)

_TAKE = text(f"""
    UPDATE listed_texts SET lead_id = CAST(:lead_id AS uuid)
    WHERE sid = (
      SELECT t.sid FROM listed_texts t
      JOIN deliveries d ON {_MAY_BE}
      JOIN leads l ON l.id = d.lead_id
      JOIN integrations i ON i.id = d.integration_id
      WHERE d.lead_id = CAST(:lead_id AS uuid) AND (t.body = d.body OR NOT :same_words)
        AND t.created_at > l.received_at - make_interval(
              hours => greatest(i.duplicate_window_hours, CAST(:hours AS int)))
      ORDER BY t.body = d.body DESC, t.created_at
      LIMIT 1 FOR UPDATE OF t SKIP LOCKED)
    RETURNING sid
""")  # noqa: S608  (likewise)
