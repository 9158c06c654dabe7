"""What a receipt does to a delivery: it moves forward by rank, and the first final one stands.

Works in the caller's transaction, on a delivery whose row it locks. What follows for the lead
and the opt-in queue is workers/receipts.py's to decide.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

import config
from models.deliveries import Delivery, DeliveryStatus
from models.receipts import FINAL_RANK, RANKS, Receipt

#: A receipt speaks of a text that may be out: these can be moved by one.
_OPEN = frozenset(
    {
        DeliveryStatus.READY,  # given up as unsent, wrongly: here is the evidence
        DeliveryStatus.SENDING,
        DeliveryStatus.UNKNOWN,
        DeliveryStatus.REVIEW,
        DeliveryStatus.SENT,
    }
)
_LANDLINE_CODES = frozenset({30006})


@dataclass(frozen=True)
class Moved:
    """What receipts did to a delivery."""

    delivery: Delivery
    to: DeliveryStatus | None  # None: nothing new
    error_code: int | None


def settle_delivered(connection: Connection, lead_id: UUID) -> bool:
    """Do all of it in one round trip where a text that is out was delivered and no more.

    False when there is anything else to look at, or nothing at all.
    """
    done = connection.scalar(_SETTLE_DELIVERED, {"lead_id": lead_id})
    return done is True


_SETTLE_DELIVERED = text("SELECT settle_delivered_v1(:lead_id)")


def open_receipts(session: Session, lead_id: UUID) -> list[Receipt]:
    """Return the receipts of a lead that nobody has applied yet, in the order they came."""
    query = (
        select(Receipt)
        .where(Receipt.lead_id == lead_id, Receipt.applied_at.is_(None))
        .order_by(Receipt.id)
    )
    return list(session.scalars(query))


def apply(session: Session, delivery: Delivery, receipts: list[Receipt]) -> Moved:
    """Move a locked delivery by its receipts, and mark them as applied."""
    moved = Moved(delivery, None, None)
    others = _sids_of_other_texts(session, delivery, receipts)
    for receipt in sorted(receipts, key=lambda receipt: RANKS.get(receipt.status, -1)):
        if not _speaks_of(receipt, delivery, others):
            continue
        to = _next(delivery, receipt)
        if to is None and delivery.sid is None and delivery.status == DeliveryStatus.SENT:
            to = DeliveryStatus.SENT  # taken without saying under which id: now we know
        if to is not None:
            _move(session, delivery, receipt, to)
            moved = Moved(delivery, to, receipt.error_code)
    session.execute(
        text("UPDATE receipts SET applied_at = now() WHERE id = ANY(:ids)"),
        {"ids": [receipt.id for receipt in receipts]},
    )
    return moved


def second_texts(session: Session, delivery: Delivery, receipts: list[Receipt]) -> set[str]:
    """Return the ids of texts that Twilio has besides the one known, each only once.

    Not those that an operator's retry has replaced.
    """
    new = {receipt.sid for receipt in receipts} - {delivery.sid}
    if delivery.sid is None or not new:
        return set()
    heard_of = select(Receipt.sid).where(
        Receipt.lead_id == delivery.lead_id,
        Receipt.sid.in_(new),
        Receipt.id.not_in([receipt.id for receipt in receipts]),
    )
    known = set(session.scalars(heard_of))
    return new - known - _sids_of_other_texts(session, delivery, receipts)


def _sids_of_other_texts(
    session: Session, delivery: Delivery, receipts: list[Receipt]
) -> set[str]:
    """Return those ids that belong to other leads' texts, or to attempts that ended before.

    An operator's retry is a new text: the attempt before it keeps its id, the delivery not.
    """
    unknown = [receipt.sid for receipt in receipts if receipt.sid != delivery.sid]
    if not unknown:
        return set()
    given = {"lead_id": delivery.lead_id, "sids": unknown}
    return set(session.scalars(_OTHER_TEXTS, given))


_OTHER_TEXTS = text("""
    SELECT sid FROM attempts WHERE lead_id = :lead_id AND sid = ANY(:sids)
    UNION ALL
    SELECT sid FROM deliveries WHERE lead_id <> :lead_id AND sid = ANY(:sids)
""")


def _speaks_of(receipt: Receipt, delivery: Delivery, others: set[str]) -> bool:
    """Say whether a receipt is about the text as it is now: what is not is only kept.

    Where no id is known yet, whatever Twilio has under our address is evidence, be it of an
    attempt that was given up wrongly.
    """
    if delivery.sid is None:
        return receipt.sid not in others
    return receipt.sid == delivery.sid


def _next(delivery: Delivery, receipt: Receipt) -> DeliveryStatus | None:
    if delivery.status not in _OPEN:
        return None
    rank = RANKS.get(receipt.status, -1)
    if rank < FINAL_RANK:
        return DeliveryStatus.SENT if delivery.status != DeliveryStatus.SENT else None
    if receipt.status in {"delivered", "read"}:
        return DeliveryStatus.DELIVERED
    if receipt.error_code in _LANDLINE_CODES:
        return DeliveryStatus.LANDLINE
    return DeliveryStatus.UNDELIVERED


def _move(session: Session, delivery: Delivery, receipt: Receipt, to: DeliveryStatus) -> None:
    delivery.status = to
    if delivery.sid is None:
        delivery.sid = receipt.sid
        session.execute(_NOTE_ATTEMPT, _attempt_of(receipt, delivery))
    delivery.accepted_at = delivery.accepted_at or receipt.received_at
    delivery.error_code = receipt.error_code
    delivery.lease_until = None
    delivery.checks = 0
    if to == DeliveryStatus.SENT:
        delivery.check_at = func.now() + timedelta(seconds=config.SETTLE_SECONDS)
    else:
        delivery.check_at, delivery.final_at = None, func.now()
    session.flush()


_NOTE_ATTEMPT = text("""
    UPDATE attempts SET outcome = 'accepted', sid = :sid
    WHERE lead_id = :lead_id AND number = :number
""")


def _attempt_of(receipt: Receipt, delivery: Delivery) -> dict[str, object]:
    number = receipt.attempt or delivery.attempt
    return {"lead_id": delivery.lead_id, "number": number, "sid": receipt.sid}
