"""The life of one lead, top to bottom.

web/hooks.py stores it and rings here; this file does the rest:
still wanted? -> who is it? -> may we text? -> compliance message (workers/sms.py).
Once the text is delivered, workers/receipts.py lets the person join the opt-in queue.
"""

import logging
from dataclasses import replace
from functools import partial
from uuid import UUID

import dramatiq
from sqlalchemy.orm import Session

import config
import logs
from failpoints import failpoint
from models import Lookup, transaction
from models.lead_steps import (
    ClaimedLead,
    Person,
    claim,
    is_still_mine,
    make_ready,
    person_of,
    switch_now,
)
from models.outcomes import NO_NUMBER, drop, hold, join, land, needs_attention, suppressed
from models.suppressions import lock_suppressions
from senders.compliance import render
from workers import restored, twilio
from workers.broker import PRIORITY_LEADS, PRIORITY_SMS
from workers.slots import Slots
from workers.sms import text_lead, text_new_lead

logger = logging.getLogger(__name__)

_slots = Slots(max(1, config.WORKER_THREADS * 3 // 4), text_lead)


@dramatiq.actor(queue_name="leads", priority=PRIORITY_LEADS)
def process_lead(lead_id: str) -> None:
    """Bring one received lead to where it belongs, and send its text if it gets one."""
    failpoint("process_before_claim")
    is_open = restored.is_open()  # asked before: what the claim says of listed texts is whole
    lead = claim(UUID(lead_id))
    if lead is None:
        return
    failpoint("process_after_claim")
    logs.request_id.set(lead.request_id)
    line = _line_type(lead)
    if (
        is_open
        and _is_plain(lead, line)
        and _slots.run(partial(text_new_lead, lead, _message(lead)))
    ):
        return  # nearly every lead: decided on, claimed and texted in one go
    with transaction() as session:
        is_ready = _decide(session, lead, line)
    failpoint("process_after_decision")
    if is_ready:
        _slots.send(lead.id)


@dramatiq.actor(queue_name="sms", priority=PRIORITY_SMS)
def send_text(lead_id: str) -> None:
    """Send a text that had to wait: its due time has come, or its first job was lost."""
    _slots.send(UUID(lead_id))


def _line_type(lead: ClaimedLead) -> str | None:
    """Ask Twilio what line it is, where that is switched on and not known. No transaction."""
    if lead.line_type or not lead.looks_up or lead.integration != "active":
        return lead.line_type
    found = twilio.line_type(lead.phone)
    if found is not None:
        with transaction() as session:
            Lookup.remember(session, lead.phone, found)
    return found


def _is_plain(lead: ClaimedLead, line: str | None) -> bool:
    """Say whether there is nothing to decide as far as the claim has shown."""
    return (
        lead.integration == "active"
        and not lead.kills_workers
        and line != "landline"
        and lead.prefix is None
        and not lead.is_listed
    )


def _decide(session: Session, lead: ClaimedLead, line: str | None) -> bool:
    """Put the lead where it belongs. True if its text is ready to be sent.

    The suppression lock comes before anything is read: who is suppressed from now on waits
    until this is committed, and then cancels the text again. Since the claim the person may
    have been wiped, or the lease may be over and the lead another job's: then it is left alone.
    """
    lock_suppressions(session, lead.account_id, exclusive=False)
    if not is_still_mine(session, lead):
        logger.warning("lead %s is left as it is: it is no longer this job's", lead.id)
        return False
    if lead.kills_workers:
        logger.error("lead %s is put aside: it was claimed %d times", lead.id, lead.claims)
        needs_attention(session, lead.id, "its processing failed five times")
        return False
    if lead.integration == "paused":  # it may have been switched on since the claim
        lead = replace(lead, integration=switch_now(session, lead.integration_id))
    person = person_of(session, lead)
    if person.suppressed:
        suppressed(session, lead.id, "the number is suppressed")
        return False
    return _decide_for_unsuppressed(session, lead, person, line)


def _decide_for_unsuppressed(
    session: Session, lead: ClaimedLead, person: Person, line: str | None
) -> bool:
    if lead.integration == "deleted":
        drop(session, lead.id, "integration deleted")
    elif lead.integration == "paused":
        hold(session, lead.id, "the integration is paused")
    elif person.landline or line == "landline":
        land(session, lead.id, "Landline: call, do not text.")
    elif person.in_group and person.texted_lately:
        join(session, lead.id, "Known from before, in a group; not texted again.")
    elif lead.from_number is None:
        hold(session, lead.id, NO_NUMBER)
    else:
        make_ready(session, lead, person, _message(lead))
        return True
    return False


def _message(lead: ClaimedLead) -> str:
    return render(lead.compliance_message, lead.first_name, lead.last_name, lead.brand)
