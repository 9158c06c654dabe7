"""Lists of contacts: a folder, narrowed by what was searched and filtered, in some order.

Every order has its index (models/contacts.py), so a page far down costs as much as the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.contact_search import Typed
from models.contacts import Contact
from models.groups import ContactLabel, Group, Label, Membership

OPTIN_QUEUE = "opt-in-queue"
ALL = "all"


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    FAVORITES = "favorites"  # favorites first, then newest


@dataclass(frozen=True)
class Wanted:
    """Which contacts a list shows. None: does not matter."""

    folder: str | UUID = ALL  # OPTIN_QUEUE, ALL, or the id of a group
    q: str = ""
    label: UUID | None = None
    landline: bool | None = None

    def statement(self, session: Session, account_id: UUID) -> Select[Contact]:
        """Select these contacts of the account, in no order yet."""
        wanted: list[ColumnElement[bool]] = [
            Contact.account_id == account_id,
            Contact.deleted_at.is_(None),
        ]
        if self.folder == OPTIN_QUEUE:
            wanted.append(Contact.queued_at.is_not(None))
        elif isinstance(self.folder, UUID):
            wanted.append(_in_group(self.folder))
        if self.q.strip():
            wanted.append(Typed.read(session, self.q).of_contacts(session, account_id))
        if self.label is not None:
            wanted.append(_has_label(self.label))
        if self.landline is not None:
            yes: ColumnElement[bool] = Contact.landline.expression
            wanted.append(yes if self.landline else ~yes)
        return select(Contact).where(*wanted)

    def keys(self, sort: Sort) -> tuple[InstrumentedAttribute[object], ...]:
        """The columns that sort the list, the last one unique: those of an index."""
        joined = self.folder == OPTIN_QUEUE
        since = Contact.queued_at if joined else Contact.first_seen_at
        favorite = (Contact.favorite,) if sort is Sort.FAVORITES else ()
        return (*favorite, since, Contact.id)


class Marks(NamedTuple):
    """The groups and labels of one contact, as (id, name)."""

    groups: list[tuple[UUID, str]]
    labels: list[tuple[UUID, str]]


def marks(session: Session, contact_ids: Sequence[UUID]) -> dict[UUID, Marks]:
    """Return the groups and labels of each contact, by name."""
    found = {contact_id: Marks([], []) for contact_id in contact_ids}
    groups = (
        select(Membership.contact_id, Group.id, Group.name)
        .join(Group, Group.id == Membership.group_id)
        .where(Membership.contact_id.in_(contact_ids))
        .order_by(Group.name)
    )
    for contact_id, group_id, name in session.execute(groups):
        found[contact_id].groups.append((group_id, name))
    labels = (
        select(ContactLabel.contact_id, Label.id, Label.name)
        .join(Label, Label.id == ContactLabel.label_id)
        .where(ContactLabel.contact_id.in_(contact_ids))
        .order_by(Label.name)
    )
    for contact_id, label_id, name in session.execute(labels):
        found[contact_id].labels.append((label_id, name))
    return found


def _in_group(group_id: UUID) -> ColumnElement[bool]:
    return exists().where(Membership.contact_id == Contact.id, Membership.group_id == group_id)


def _has_label(label_id: UUID) -> ColumnElement[bool]:
    return exists().where(
        ContactLabel.contact_id == Contact.id, ContactLabel.label_id == label_id
    )
