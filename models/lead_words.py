"""Where a lead is, in words, and why a request became none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.contact_words import Told
from models.deliveries import Delivery, DeliveryStatus
from models.leads import Lead, LeadStatus
from models.many import is_one_of
from models.rejections import Rejection

_PAUSED = "the integration is paused"

#: The fields of a lead as people call them.
_FIELDS = {"first_name": "first name", "last_name": "last name", "phone": "phone number"}

_TEXTING = {
    DeliveryStatus.SENDING: "its text is on the way",
    DeliveryStatus.UNKNOWN: "its text may have been sent; Twilio is being asked",
    DeliveryStatus.SENT: "texted; the carrier has not confirmed it yet",
}

_PLAIN = {
    LeadStatus.RECEIVED: "received, about to be texted",
    LeadStatus.JOINED: "texted and delivered",
    LeadStatus.LANDLINE: "a landline: call, do not text",
    LeadStatus.DUPLICATE: "received again; the first lead counts",
    LeadStatus.TEST: "a test of the sender: never texted",
}


def where_leads_are(
    session: Session, leads: Sequence[Lead], contacts: Mapping[UUID, Told]
) -> dict[UUID, Told]:
    """Say of each lead where it is; of one that ended well, where its contact is."""
    texts = _texts(session, [each for each in leads if each.status is LeadStatus.TEXTING])
    return {each.id: _where(each, texts.get(each.id), contacts) for each in leads}


def why_rejected(rejection: Rejection) -> Told:
    """Say what was wrong with a request, field by field where it was readable."""
    faults = [_fault(error) for error in rejection.errors]
    why = ", ".join(faults) or rejection.detail.rstrip(".").lower() or rejection.code
    if rejection.replayed_as is not None:
        return Told(
            "replayed", f"refused at first ({why}), replayed since", _replayed(rejection)
        )
    return Told("refused", f"refused: {why}", rejection.received_at)


def _where(lead: Lead, text: Delivery | None, contacts: Mapping[UUID, Told]) -> Told:
    contact = contacts.get(lead.contact_id) if lead.contact_id else None
    if contact is not None and (
        lead.status in (LeadStatus.JOINED, LeadStatus.LANDLINE)
        or contact.status in ("deleted", "suppressed")
    ):
        return contact
    if lead.status is LeadStatus.TEXTING and text is not None:
        return Told("texting", _texting(text), text.accepted_at or text.created_at)
    if lead.status is LeadStatus.HELD:
        return Told("held", _held(lead.reason), lead.held_at or lead.received_at)
    words = _PLAIN.get(lead.status) or _because(lead)
    return Told(lead.status.value.replace("_", " "), words, lead.received_at)


def _texting(text: Delivery) -> str:
    if text.status is DeliveryStatus.READY:
        return f"waits to be texted: {text.reason}" if text.reason else "about to be texted"
    return _TEXTING.get(text.status, f"its text is {text.status.value}")


def _held(reason: str | None) -> str:
    if reason == _PAUSED:
        return "held since the integration was paused"
    return f"held: {reason}" if reason else "held"


def _because(lead: Lead) -> str:
    words = lead.status.value.replace("_", " ")
    return f"{words}: {lead.reason}" if lead.reason else words


def _texts(session: Session, leads: Sequence[Lead]) -> dict[UUID, Delivery]:
    if not leads:
        return {}
    query = select(Delivery).where(is_one_of(Delivery.lead_id, [each.id for each in leads]))
    return {each.lead_id: each for each in session.scalars(query)}


def _fault(error: Mapping[str, str]) -> str:
    field = error.get("field", "")
    named = _FIELDS.get(field, field.replace("_", " "))
    if error.get("code") == "missing":
        return f"{named} missing"
    detail = error.get("detail", "").rstrip(".")
    return f"{named}: {detail[:1].lower()}{detail[1:]}" if detail else f"{named} not usable"


def _replayed(rejection: Rejection) -> datetime:
    return rejection.replayed_at or rejection.received_at
