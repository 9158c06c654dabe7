"""How the API shows a contact, wherever an answer holds one."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from models.contact_lists import marks
from models.contacts import Contact
from web.api.schema import Time


class Mark(msgspec.Struct):
    """A group or a label, as its contacts carry it."""

    id: UUID
    name: str


class ContactShape(msgspec.Struct):
    id: UUID
    first_name: str
    last_name: str
    phone: str
    favorite: bool
    landline: bool
    labels: list[Mark]
    groups: list[Mark]
    in_opt_in_queue: bool
    joined_queue_at: Time | None
    suppressed: bool
    first_seen_at: Time


def contact_shapes(session: Session, contacts: Sequence[Contact]) -> list[ContactShape]:
    """Show contacts with their groups and labels, which are read for all of them at once.

    A moment after the contacts: who was moved in between is shown as of the first reading, in
    the opt-in queue and in no group.
    """
    marked = marks(session, [contact.id for contact in contacts])
    return [
        ContactShape(
            id=contact.id,
            first_name=contact.first_name,
            last_name=contact.last_name,
            phone=contact.phone,
            favorite=contact.favorite,
            landline=contact.landline,
            labels=[Mark(*label) for label in marked[contact.id].labels],
            groups=[
                Mark(*group) for group in marked[contact.id].groups if contact.queued_at is None
            ],
            in_opt_in_queue=contact.queued_at is not None,
            joined_queue_at=contact.queued_at,
            suppressed=contact.suppressed,
            first_seen_at=contact.first_seen_at,
        )
        for contact in contacts
    ]
