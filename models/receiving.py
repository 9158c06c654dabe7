"""What a receipt does to a delivery: it moves forward by rank, and the first final one stands.

Works in the caller's transaction, on a delivery whose row it locks. What follows for the lead
and the opt-in queue is workers/receipts.py's to decide.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, text
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
    current = [receipt for receipt in receipts if _speaks_of_now(receipt, delivery)]
    for receipt in sorted(current, key=lambda receipt: RANKS.get(receipt.status, -1)):
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


def is_other_text(receipt: Receipt, delivery: Delivery) -> bool:
    """Say whether a receipt proves a second text: the same delivery under another Twilio id."""
    return delivery.sid is not None and receipt.sid != delivery.sid


def _speaks_of_now(receipt: Receipt, delivery: Delivery) -> bool:
    """An operator's retry is a new text: what comes late of the one before is only kept."""
    if receipt.attempt is None or receipt.attempt == delivery.attempt:
        return not is_other_text(receipt, delivery)
    return delivery.sid == receipt.sid or (
        delivery.sid is None and delivery.status == DeliveryStatus.READY
    )


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
    delivery.sid = delivery.sid or receipt.sid
    delivery.accepted_at = delivery.accepted_at or receipt.received_at
    delivery.error_code = receipt.error_code
    delivery.lease_until = None
    delivery.checks = 0
    if to == DeliveryStatus.SENT:
        delivery.check_at = func.now() + timedelta(seconds=config.SETTLE_SECONDS)
    else:
        delivery.check_at, delivery.final_at = None, func.now()
    session.flush()
