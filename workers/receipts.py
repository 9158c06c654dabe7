"""What Twilio told us later about a text, and what follows: the person joins the opt-in queue.

web/twilio.py stores each receipt and rings here; workers/reconcile.py asks Twilio where no
receipt came, stores the answer as one, and calls the same function.
"""

import logging
from uuid import UUID

import dramatiq
from sqlalchemy.orm import Session

import config
from failpoints import failpoint
from models import (
    Circuit,
    Contact,
    Delivery,
    DeliveryStatus,
    Lead,
    LeadStatus,
    autocommit,
    transaction,
)
from models.circuits import ACCOUNT, number_scope
from models.outcomes import join, land, mark_landline, needs_attention, suppressed, tell
from models.receipts import Receipt
from models.receiving import Moved, apply, open_receipts, second_texts, settle_delivered
from models.suppressions import lock_suppressions, suppress
from workers.broker import PRIORITY_RECEIPTS
from workers.reasons import SUPPRESSING, by_the_carrier, in_plain_words
from workers.verdicts import halts

logger = logging.getLogger(__name__)


@dramatiq.actor(queue_name="receipts", priority=PRIORITY_RECEIPTS)
def apply_receipts(lead_id: str) -> None:
    """Apply every receipt of a lead that has not been applied."""
    failpoint("receipt_before_job")
    with autocommit() as connection:
        is_settled = settle_delivered(connection, UUID(lead_id))
    if not is_settled:
        with transaction() as session:
            settle(session, UUID(lead_id))
            failpoint("receipt_in_job_before_commit")


def settle(session: Session, lead_id: UUID) -> None:
    """Move the delivery by its open receipts and the lead with it.

    The suppression lock comes before the delivery's row, as everywhere, and is taken once:
    the caller does not hold it, and a receipt that came meanwhile is left to its own job.
    """
    delivery = session.get(Delivery, lead_id)
    receipts = open_receipts(session, lead_id)
    if delivery is None or not receipts:
        return
    suppressing = any(receipt.error_code in SUPPRESSING for receipt in receipts)
    lock_suppressions(session, delivery.account_id, exclusive=suppressing)
    session.refresh(delivery, with_for_update=True)
    still_open = [each for each in open_receipts(session, lead_id) if each in receipts]
    moved = apply(session, delivery, still_open)
    _watch_for_doubles(session, delivery, still_open)
    if moved.to is not None:
        _follow(session, moved)


def _follow(session: Session, moved: Moved) -> None:
    """Bring the lead to where its text has come (product.md 3)."""
    lead = session.get_one(Lead, moved.delivery.lead_id, with_for_update=True)
    if moved.to == DeliveryStatus.SENT:
        _back_on_its_way(lead)
    elif moved.to == DeliveryStatus.DELIVERED:
        join(session, lead.id, "Delivered.")
    elif moved.to == DeliveryStatus.LANDLINE:
        _found_landline(session, lead)
    else:
        _undelivered(session, lead, moved)


def _back_on_its_way(lead: Lead) -> None:
    """It was for a person to decide, or waited for the switch to be sent again: now we know."""
    if lead.status in {LeadStatus.NEEDS_ATTENTION, LeadStatus.HELD}:
        lead.status, lead.reason, lead.held_at = LeadStatus.TEXTING, None, None


def _found_landline(session: Session, lead: Lead) -> None:
    if lead.status == LeadStatus.JOINED:
        mark_landline(session, lead.id)
        tell(session, lead.id, "landline", "Landline after all: call, do not text.")
    else:
        land(session, lead.id, "Landline: call, do not text.")


def _undelivered(session: Session, lead: Lead, moved: Moved) -> None:
    reason = in_plain_words(moved.error_code)
    _stop_the_line(session, moved)
    if moved.error_code is not None and moved.error_code in SUPPRESSING:
        because = by_the_carrier(moved.error_code, lead.request_id)
        suppress(session, lead.account_id, moved.delivery.phone, because)
        suppressed(session, lead.id, reason)
    elif lead.status == LeadStatus.JOINED and not Contact.waits_for(session, lead.id):
        tell(session, lead.id, "undelivered", f"Undelivered after all: {reason}.")
    else:
        needs_attention(session, lead.id, reason)


def _stop_the_line(session: Session, moved: Moved) -> None:
    """Open the circuit where the carriers refuse us, and not this text: the others can wait."""
    code = moved.error_code
    whole_account = halts(code)
    if code is None or whole_account is None:
        return
    scope = ACCOUNT if whole_account else number_scope(moved.delivery.from_number)
    reason = f"the carriers take no texts from us at the moment ({code})"
    logger.error("circuit open by a receipt: %s", code)
    Circuit.open(session, scope, code, reason, config.CIRCUIT_PROBE_SECONDS)


def _watch_for_doubles(session: Session, delivery: Delivery, receipts: list[Receipt]) -> None:
    """Notice a second text: it must not happen, and must not go unseen."""
    for sid in sorted(second_texts(session, delivery, receipts)):
        logger.error("lead %s was texted twice: %s and %s", delivery.lead_id, delivery.sid, sid)
        tell(session, delivery.lead_id, "texted_twice", "Twilio has a second text of this.")
