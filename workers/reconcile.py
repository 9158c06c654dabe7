"""Asking Twilio, where it has not told: unknown texts, and sent ones without a final receipt.

An unknown text is looked for three times. Found: it was sent. Not found by the later two
looks: sent again, once; should that become unknown as well and not be found, a person decides.
A look that Twilio does not answer does not count. What Twilio answers is stored as a receipt,
and goes the way of every receipt.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

import dramatiq
from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

import config
from failpoints import failpoint
from models import Attempt, Delivery, DeliveryStatus, LeadStatus, transaction
from models.leads import Lead
from models.outcomes import MAY_HAVE_BEEN_SENT, join, needs_attention, tell
from models.receipts import FINAL_RANK, RANKS, Receipt
from models.suppressions import lock_suppressions
from workers import twilio
from workers.broker import PRIORITY_SMS
from workers.receipts import apply_receipts
from workers.twilio import TwilioText, TwilioUnavailable

logger = logging.getLogger(__name__)

#: Clocks differ: a text created so much before our call may still be ours.
CLOCK_SLACK = timedelta(seconds=30)
ASK_AGAIN_SECONDS = 10


@dramatiq.actor(queue_name="sms", priority=PRIORITY_SMS)
def check_text(lead_id: str, checks: int) -> None:
    """Look one text up at Twilio. *checks* is how often that was done before this job."""
    with transaction() as session:
        delivery = session.get(Delivery, UUID(lead_id))
        attempt = session.get(Attempt, (UUID(lead_id), delivery.attempt)) if delivery else None
    if delivery is None or attempt is None or not _is_for(delivery, checks):
        return
    try:
        text = _ask(delivery, attempt.started_at)
    except TwilioUnavailable as error:
        logger.warning("lead %s: Twilio cannot be asked: %s", lead_id, error)
        with transaction() as session:
            _look_again(session, delivery.lead_id, checks, ASK_AGAIN_SECONDS)
        return
    failpoint("check_answered_before_record")
    with transaction() as session:
        is_evidence = _record(session, delivery.lead_id, checks, text)
    failpoint("check_after_record")
    if is_evidence:
        apply_receipts(lead_id)


def _is_for(delivery: Delivery, checks: int) -> bool:
    waiting = delivery.status in {DeliveryStatus.UNKNOWN, DeliveryStatus.SENT}
    return waiting and delivery.checks == checks


def _ask(delivery: Delivery, since: datetime) -> TwilioText | None:
    """Return Twilio's record of the text, by its id or by whom, what and when."""
    if delivery.sid:
        return twilio.fetch(delivery.sid)
    listed = twilio.list_texts(delivery.phone)
    ours = [text for text in listed if _may_be(text, delivery, since)]
    with transaction() as session:
        free = [
            text
            for text in ours
            if text.sid and not _is_taken(session, delivery.lead_id, text.sid)
        ]
    return min(free, key=lambda text: text.created_at or since) if free else None


def _may_be(text: TwilioText, delivery: Delivery, since: datetime) -> bool:
    recent = text.created_at is None or text.created_at >= since - CLOCK_SLACK
    return recent and text.body == delivery.body


def _is_taken(session: Session, lead_id: UUID, sid: str) -> bool:
    """Say whether this is another lead's text, or one that an operator's retry has replaced."""
    another_s = exists().where(Delivery.sid == sid)
    replaced = exists().where(Attempt.lead_id == lead_id, Attempt.sid == sid)
    return session.scalar(select(or_(another_s, replaced))) is True


def _record(session: Session, lead_id: UUID, checks: int, text: TwilioText | None) -> bool:
    """Record what Twilio said. True if it was kept as a receipt, which is yet to be applied."""
    delivery = session.get_one(Delivery, lead_id)
    lock_suppressions(session, delivery.account_id, exclusive=False)
    session.refresh(delivery, with_for_update=True)
    if not _is_for(delivery, checks):
        return False  # a receipt was faster
    if text is not None and (not delivery.sid or RANKS.get(text.status, -1) == FINAL_RANK):
        _keep_as_receipt(session, delivery, text)
        return True
    if delivery.sid is None:
        _not_found(session, delivery)
    elif text is not None and text.status == "sent":
        _count_as_delivered(session, delivery)
    else:
        _wait_for_it(session, delivery)
    return False


def _keep_as_receipt(session: Session, delivery: Delivery, text: TwilioText) -> None:
    session.add(
        Receipt(
            lead_id=delivery.lead_id,
            attempt=delivery.attempt,
            sid=text.sid,
            status=text.status,
            error_code=text.error_code,
            raw={"asked": "Twilio's own record"},
        )
    )


def _not_found(session: Session, delivery: Delivery) -> None:
    delivery.checks += 1
    waits = config.UNKNOWN_CHECKS
    if delivery.checks < len(waits):
        wait = waits[delivery.checks] - waits[delivery.checks - 1]
        delivery.check_at = func.now() + timedelta(seconds=wait)
    elif delivery.status == DeliveryStatus.UNKNOWN and delivery.unknowns == 1:
        delivery.status, delivery.attempt_token = DeliveryStatus.READY, None
        delivery.check_at, delivery.due_at = None, func.now()
        tell(session, delivery.lead_id, "text_not_found", "Not found at Twilio: sent again.")
    else:
        _give_to_a_person(session, delivery)


def _count_as_delivered(session: Session, delivery: Delivery) -> None:
    """No final receipt in the settling time, and Twilio says `sent`: that has to do."""
    delivery.checks += 1
    is_first = delivery.checks == 1
    later = timedelta(seconds=config.RECEIPT_FETCH_SECONDS)
    delivery.check_at = func.now() + later if is_first else None
    session.flush()
    lead = session.get_one(Lead, delivery.lead_id)
    if lead.status == LeadStatus.TEXTING:
        join(session, delivery.lead_id, "Sent; the carrier gave no receipt.")


def _wait_for_it(session: Session, delivery: Delivery) -> None:
    """Twilio still has it in its queue, or does not know its own id yet. Not for ever."""
    longest = timedelta(seconds=config.RECEIPT_FETCH_SECONDS)
    overdue = exists().where(
        Delivery.lead_id == delivery.lead_id, Delivery.accepted_at < func.now() - longest
    )
    if session.scalar(select(overdue)):
        _stop_looking(session, delivery)
        return
    wait = max(float(ASK_AGAIN_SECONDS), config.SETTLE_SECONDS)
    delivery.check_at = func.now() + timedelta(seconds=wait)


def _stop_looking(session: Session, delivery: Delivery) -> None:
    """Who has joined stays: only a final word takes her out, and Twilio has none to say."""
    lead = session.get_one(Lead, delivery.lead_id)
    if lead.status == LeadStatus.JOINED:
        delivery.check_at = None
    else:
        _give_to_a_person(session, delivery)


def _give_to_a_person(session: Session, delivery: Delivery) -> None:
    delivery.status, delivery.check_at = DeliveryStatus.REVIEW, None
    delivery.reason = MAY_HAVE_BEEN_SENT
    session.flush()
    needs_attention(session, delivery.lead_id, MAY_HAVE_BEEN_SENT)


def _look_again(session: Session, lead_id: UUID, checks: int, seconds: float) -> None:
    delivery = session.get_one(Delivery, lead_id, with_for_update=True)
    if _is_for(delivery, checks):
        delivery.check_at = func.now() + timedelta(seconds=seconds)
