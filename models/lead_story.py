"""The story of a person: what happened to the leads of a number and to its contact.

"Where is Jane Smith?" is answered by rows of the timeline, and by one entry for each lead that
came in, which is not repeated there. Oldest first, in one order, so that it can be paged.
"""

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    Subquery,
    case,
    func,
    literal,
    null,
    select,
    union,
    union_all,
)
from sqlalchemy import cast as as_type
from sqlalchemy.types import Uuid

from models.contacts import Contact
from models.deliveries import Delivery
from models.leads import Lead, LeadStatus
from models.texts import Text
from models.timeline import TimelineEntry

#: Sorts entries of one moment: a lead came in before anything happened to it.
_FIRST = 0


def of_contact(contact: Contact) -> Subquery:
    """The whole story of a contact, the leads of its number among it."""
    same_person = (Lead.account_id == contact.account_id, Lead.phone == contact.phone)
    own = _told(TimelineEntry.contact_id == contact.id)
    of_leads = _told(TimelineEntry.lead_id.in_(select(Lead.id).where(*same_person)))
    # UNION, not OR: each half has its index, and an entry of both is told once.
    return union(_received(*same_person), own, of_leads).subquery("story")


def of_lead(lead: Lead) -> Subquery:
    """The whole story of one lead."""
    told = _told(TimelineEntry.lead_id == lead.id)
    return union(_received(Lead.id == lead.id), told).subquery("story")


def conversation(contact: Contact) -> Subquery:
    """Our texts to a person, and what came in from that number."""
    ours = select(
        as_type(Delivery.lead_id, Uuid).label("id"),
        literal("out").label("direction"),
        Delivery.body,
        as_type(Delivery.status, Text.status.type).label("status"),
        Delivery.sid,
        Delivery.error_code,
        func.coalesce(Delivery.accepted_at, Delivery.created_at).label("at"),
    ).where(Delivery.account_id == contact.account_id, Delivery.phone == contact.phone)
    theirs = select(
        Text.id, Text.direction, Text.body, Text.status, Text.sid, null(), Text.at
    ).where(Text.account_id == contact.account_id, Text.phone == contact.phone)
    return union_all(ours, theirs).subquery("conversation")


def _told(*wanted: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    entry = TimelineEntry
    return select(
        entry.at,
        entry.id.label("number"),
        entry.kind,
        entry.text,
        entry.by_id,
        entry.by_name,
        entry.lead_id,
        entry.request_id,
        literal("").label("lead_key"),
    ).where(*wanted)


def _received(*wanted: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    """One entry for each lead, with the names it came with: later ones do not change them."""
    names = func.concat_ws(" ", Lead.first_name, func.nullif(Lead.last_name, ""))
    again = case((Lead.status == LeadStatus.DUPLICATE, "Lead received again: "))
    return select(
        Lead.received_at.label("at"),
        literal(_FIRST, BigInteger).label("number"),
        literal("received").label("kind"),
        func.concat(func.coalesce(again, "Lead received: "), names, ".").label("text"),
        null().label("by_id"),
        null().label("by_name"),
        Lead.id.label("lead_id"),
        Lead.request_id,
        as_type(Lead.id, String).label("lead_key"),
    ).where(*wanted)
