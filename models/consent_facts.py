"""What is known of one person's consent, as facts read from the rows that hold it.

What came in, what was sent and what Twilio said of it, and every word that speaks against
texting the number since. A fact has a key of its own, by which it is found again, and never
changes: what a row may still learn (a text's outcome) becomes a further fact.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.deliveries import Attempt, Delivery
from models.leads import Lead
from models.message_versions import MessageVersion
from models.receipts import Receipt
from models.suppressions import Suppression
from models.texts import Text
from senders.optout import Intent

_STOPS = (Intent.STOP_WORD.value, Intent.STOP_FREE_TEXT.value)


@dataclass(frozen=True)
class Fact:
    """Something that happened at a time and stays so."""

    key: str
    kind: str
    at: datetime
    data: dict[str, Any]
    is_earlier: bool = False  # over before the lead came: sealed, but no part of its record


def facts_of(session: Session, lead: Lead) -> list[Fact]:
    """Return all that is known now, in the order in which it happened.

    Of a wiped person nothing is left to be read but that.
    """
    if lead.wiped_at is not None:
        return [Fact("wiped", "wiped", lead.wiped_at, {})]
    found = [_received(lead), *_texts(session, lead), *_receipts(session, lead)]
    if lead.phone is not None:
        found += [*_opt_out_texts(session, lead), *_suppressions(session, lead)]
    return sorted(found, key=lambda fact: fact.at)


def utc(at: datetime) -> str:
    """Write a time so that it is written alike wherever it is read."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _received(lead: Lead) -> Fact:
    data = {
        "integration_id": str(lead.integration_id),
        "endpoint_token_id": str(lead.token_id),
        "sender": lead.sender,
        "first_name": lead.first_name,
        "last_name": lead.last_name,
        "phone": lead.phone,
        "email": lead.email,
        "consent": lead.extra,
        "content_type": lead.content_type,
        "body_sha256": _sha256(lead.body),
        "body_bytes": None if lead.body is None else len(lead.body),
        "stored_in": lead.via,
        "request_id": lead.request_id,
    }
    return Fact("received", "received", lead.received_at, data)


def _texts(session: Session, lead: Lead) -> Iterator[Fact]:
    """Each attempt is a text that was handed to Twilio, then what came of it."""
    delivery = session.get(Delivery, lead.id)
    if delivery is None:
        return
    version = MessageVersion.behind(session, lead, delivery)
    words = _words(delivery, version)
    query = select(Attempt).where(Attempt.lead_id == lead.id).order_by(Attempt.number)
    for attempt in session.scalars(query):
        left_from = attempt.from_number or delivery.from_number
        own = {"attempt": attempt.number, "from": left_from}
        yield Fact(f"text:{attempt.number}", "text", attempt.started_at, own | words)
        if attempt.outcome is not None:
            yield _outcome(attempt)


def _words(delivery: Delivery, version: MessageVersion | None) -> dict[str, Any]:
    template = version.compliance_message if version else None
    return {
        "to": delivery.phone,
        "text": delivery.body,
        "text_sha256": _sha256(delivery.body.encode()),
        "template": template,
        "template_version": version.number if version else None,
        "template_sha256": _sha256(template.encode()) if template else None,
    }


def _outcome(attempt: Attempt) -> Fact:
    key = f"text:{attempt.number}:{attempt.outcome}:{attempt.sid or ''}"
    data = {
        "attempt": attempt.number,
        "outcome": attempt.outcome,
        "sid": attempt.sid,
        "error_code": attempt.error_code,
    }
    return Fact(key, "text_outcome", attempt.ended_at or attempt.started_at, data)


def _receipts(session: Session, lead: Lead) -> Iterator[Fact]:
    query = select(Receipt).where(Receipt.lead_id == lead.id).order_by(Receipt.id)
    for receipt in session.scalars(query):
        data = {
            "sid": receipt.sid,
            "attempt": receipt.attempt,
            "status": receipt.status,
            "error_code": receipt.error_code,
            "as_sent": receipt.raw,
        }
        yield Fact(f"receipt:{receipt.id}", "receipt", receipt.received_at, data)


def _opt_out_texts(session: Session, lead: Lead) -> Iterator[Fact]:
    query = select(Text).where(
        Text.account_id == lead.account_id,
        Text.phone == lead.phone,
        Text.direction == "in",
        Text.reading.in_(_STOPS),
    )
    for text in session.scalars(query):
        data = {
            "sid": text.sid,
            "from": text.phone,
            "to": text.our_number,
            "text": text.body,
            "read_as": text.reading,
        }
        is_earlier = text.at < lead.received_at
        yield Fact(f"opt_out_text:{text.id}", "opt_out_text", text.at, data, is_earlier)


def _suppressions(session: Session, lead: Lead) -> Iterator[Fact]:
    """Those that stood when the lead came, and all later ones; the others are earlier."""
    query = select(Suppression).where(
        Suppression.account_id == lead.account_id, Suppression.phone == lead.phone
    )
    for each in session.scalars(query):
        lifted = each.lifted_at
        is_earlier = lifted is not None and lifted < lead.received_at
        data: dict[str, Any] = {
            "suppression_kind": each.kind.value,
            "reason": each.reason,
            "source": each.source,
            "error_code": each.error_code,
            "by": each.by_name,
        }
        key = f"suppressed:{each.id}"
        yield Fact(key, "suppressed", each.created_at, data, is_earlier)
        if lifted is not None:
            lift = {"reason": each.lift_reason, "by": each.lifted_by}
            data = {"suppression_kind": each.kind.value} | lift
            key = f"lifted:{each.id}"
            yield Fact(key, "suppression_lifted", lifted, data, is_earlier)


def _sha256(raw: bytes | None) -> str | None:
    return None if raw is None else hashlib.sha256(raw).hexdigest()
