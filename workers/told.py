"""What Twilio tells us, as plain data: stored at once, or spooled while PostgreSQL is away.

web/twilio.py checks the signature and reads the form; from there on both ways are the same.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import config
from failpoints import failpoint
from models import transaction
from models.hearing import InboundText, hear, keep_confirmation
from models.receipts import Told, keep_receipt
from senders.optout import classify, twilio_answers_itself
from workers.inbound import follow_text
from workers.receipts import apply_receipts
from workers.ring import Job
from workers.spool import Entry

OPTED_OUT = "You are opted out and will get no more texts from us. Reply START to opt in again."


def store_receipt(told: Told) -> list[Job]:
    """Commit one receipt, and what it means where that is plain; return what to ring for."""
    return jobs_of(keep_receipt(told))


def jobs_of(to_move: UUID | None) -> list[Job]:
    """Return what to ring for where a receipt has to be applied to this lead."""
    return [apply_receipts.message(str(to_move))] if to_move else []


def store_text(
    fields: dict[str, Any], at: datetime | None = None
) -> tuple[list[Job], str | None]:
    """Commit one inbound text; return what to ring for, and the confirmation to answer with.

    *at* is when it came, where it is stored later: the order of STOP and START decides.
    """
    opt_out_type = fields["raw"].get("OptOutType")
    inbound = InboundText(
        sid=fields["sid"],
        phone=fields["phone"],
        our_number=fields["our_number"],
        body=fields["body"],
        reading=classify(fields["body"], opt_out_type),
        raw=fields["raw"],
        request_id=fields["request_id"],
        at=at,
    )
    wanted = config.OPT_OUT_CONFIRMATION and not twilio_answers_itself(
        inbound.body, opt_out_type
    )
    with transaction() as session:
        heard = hear(session, inbound)
        confirms = wanted and heard.newly_opted_out
        if confirms:
            keep_confirmation(session, inbound, OPTED_OUT)
        failpoint("inbound_before_commit")
    failpoint("inbound_after_commit_before_answer")
    jobs = [follow_text.message(str(text_id)) for text_id in heard.new_texts]
    return jobs, OPTED_OUT if confirms else None


def store_told(entry: Entry) -> list[Job]:
    """Commit what the spool kept of Twilio's words. That answer is gone: no confirmation."""
    fields = entry.fields
    if fields["kind"] == "text":
        jobs, _ = store_text(fields["told"], datetime.fromtimestamp(entry.received_at, UTC))
        return jobs
    told = fields["told"]
    lead_id = UUID(told["lead_id"]) if told["lead_id"] else None
    return store_receipt(Told(**told | {"lead_id": lead_id}))
