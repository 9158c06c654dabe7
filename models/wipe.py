"""Wiping a person at their request: what identifies them goes, what proves our case stays.

Stays: the suppressions of the number, the consent record of each lead (completed first), a
hash of the number. Goes: names, notes, labels, groups, the conversation, raw bodies, receipts
as Twilio sent them, rejections that hold the number, files of exports; the timeline becomes a
tombstone. The request has already taken the contact out of every list and canceled what was
unsent; here a text that may be at the carrier is waited for first.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from models import wipe_statements as statements
from models.consent import consent_record
from models.contacts import Contact
from models.crypto import sign
from models.deliveries import Delivery
from models.job_rows import Wipe
from models.jobs import Job
from models.leads import Lead
from models.rejections import Rejection

KIND = "wipe"
#: Rejections that one run looks through: each body is read.
REJECTIONS = 500
_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True)
class _Person:
    """Whom a job wipes: the living contact and earlier, deleted ones, and all their leads."""

    phone: str
    contacts: list[UUID]
    leads: list[Lead]


def hide(session: Session, contact: Contact, job: Job) -> None:
    """Take a contact out of every list, and keep anything unsent from leaving."""
    given = {
        "contact_id": contact.id,
        "account_id": contact.account_id,
        "phone": contact.phone,
        "by_id": job.by_id,
        "by_name": job.by_name,
    }
    for statement in statements.HIDE:
        names = statement.compile().params
        session.execute(statement, {name: given[name] for name in names})


def wipe(session: Session, job: Job) -> bool | None:
    """Do the next part. True: all is done. None: a text may still be at the carrier."""
    contact = session.get_one(Contact, UUID(job.params["contact_id"]))
    if not contact.phone:
        return True
    if Delivery.in_flight(session, job.account_id, contact.phone):
        return None
    if _forget_rejections(session, job, contact.phone):
        return False
    _wipe(session, job, _person(session, job, contact))
    return True


def phone_hash(phone: str) -> bytes:
    """Hash a number with a key of ours: numbers are too few to be hashed without one."""
    return sign("wiped number", phone).encode()


def _forget_rejections(session: Session, job: Job, phone: str) -> bool:
    """Delete the next rejections that hold the number. False: none is left to look at."""
    query = select(Rejection.id, Rejection.body, Rejection.errors).where(
        Rejection.account_id == job.account_id, Rejection.received_at <= job.created_at
    )
    if job.cursor is not None:
        query = query.where(Rejection.id > UUID(job.cursor))
    rows = session.execute(query.order_by(Rejection.id).limit(REJECTIONS)).all()
    if not rows:
        return False
    held = [row.id for row in rows if holds_number(row.body or b"", phone)]
    session.execute(delete(Rejection).where(Rejection.id.in_(held)))
    job.cursor = str(rows[-1].id)
    return True


def holds_number(body: bytes, phone: str) -> bool:
    """Say whether a body has the number, however it is written: by its digits in a row.

    American numbers are often written without the code, others with a 0 in its place.
    """
    digits = phone.lstrip("+")
    short = digits[1:] if digits.startswith("1") else digits[3:]
    told = body.decode("utf-8", "replace")
    return any(
        short in _DIGITS.sub("", each)
        for each in (told, unquote_plus(told.replace("\\u", " ")))
    )


def _person(session: Session, job: Job, contact: Contact) -> _Person:
    query = select(Lead).where(
        Lead.account_id == job.account_id,
        Lead.phone == contact.phone,
        Lead.received_at <= job.created_at,
    )
    leads = list(session.scalars(query.order_by(Lead.received_at, Lead.id)))
    earlier = select(Contact.id).where(
        Contact.account_id == job.account_id,
        Contact.id.in_({lead.contact_id for lead in leads if lead.contact_id}),
        Contact.phone == contact.phone,
        Contact.deleted_at.is_not(None),
    )
    return _Person(contact.phone, [*{contact.id, *session.scalars(earlier)}], leads)


def _wipe(session: Session, job: Job, person: _Person) -> None:
    for lead in person.leads:
        consent_record(session, lead)
    session.flush()
    given: dict[str, Any] = {
        "account_id": job.account_id,
        "phone": person.phone,
        "contacts": person.contacts,
        "leads": [lead.id for lead in person.leads],
        "until": job.created_at,
        "by_id": job.by_id,
        "by_name": job.by_name,
        "request_id": job.request_id,
    }
    for statement in statements.WIPE:
        names = statement.compile().params
        session.execute(statement, {name: given[name] for name in names})
    session.execute(text("DELETE FROM lookups WHERE phone = :phone"), {"phone": person.phone})
    for contact_id in person.contacts:
        session.add(
            Wipe(
                account_id=job.account_id,
                contact_id=contact_id,
                phone_hash=phone_hash(person.phone),
                by_id=job.by_id,
                by_name=job.by_name,
            )
        )
