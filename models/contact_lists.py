"""Which contacts a list shows: a folder, narrowed by what was searched and filtered.

models/contact_pages.py reads it page by page and counts it; jobs read it whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    any_,
    exists,
    func,
    intersect,
    literal,
    select,
)
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
class Narrowing:
    """What narrows a list: asked of one contact after the other, or named by an index.

    Asked as a scalar subquery, which is never turned into a join that reads all of a table.
    """

    named: Select[UUID]
    of_each: Callable[[type[Contact]], ColumnElement[bool]]
    exactly: tuple[ColumnElement[bool], ...] = ()  # what the index leaves open

    def means_at_most(self, session: Session, many: int) -> bool:
        some = self.named.with_only_columns(literal(1)).limit(many + 1).subquery()
        return session.scalars(select(func.count()).select_from(some)).one() <= many


def named_by(*narrowings: Narrowing) -> ColumnElement[bool]:
    """The condition on contacts that the indexes of these narrowings answer together."""
    first, *others = (each.named for each in narrowings)
    named = intersect(first, *others) if others else first
    exactly = (each for narrowing in narrowings for each in narrowing.exactly)
    return and_(Contact.id == any_(func.array(named.scalar_subquery())), *exactly)


@dataclass(frozen=True)
class Wanted:
    """Which contacts a list shows. None: does not matter."""

    folder: str | UUID = ALL  # OPTIN_QUEUE, ALL, or the id of a group
    q: str = ""
    label: UUID | None = None
    landline: bool | None = None

    def statement(self, session: Session, account_id: UUID) -> Select[Contact]:
        """Select these contacts of the account, all of them, in no order."""
        wanted = self.within(account_id)
        if isinstance(self.folder, UUID):
            wanted.append(
                exists().where(
                    Membership.contact_id == Contact.id, Membership.group_id == self.folder
                )
            )
        if self.label is not None:
            wanted.append(
                exists().where(
                    ContactLabel.contact_id == Contact.id, ContactLabel.label_id == self.label
                )
            )
        if self.q.strip():
            wanted.append(named_by(_searched(Typed.read(session, self.q))))
        return select(Contact).where(*wanted)

    def within(self, account_id: UUID) -> list[ColumnElement[bool]]:
        """The conditions that an index of contacts answers in the order of a list."""
        wanted: list[ColumnElement[bool]] = [
            Contact.account_id == account_id,
            Contact.deleted_at.is_(None),
        ]
        if self.folder == OPTIN_QUEUE:
            wanted.append(Contact.queued_at.is_not(None))
        if self.landline is not None:
            wanted.append(_landline(Contact) if self.landline else ~_landline(Contact))
        return wanted

    def narrowings(self, session: Session) -> list[Narrowing]:
        """What else is wanted of them."""
        found = []
        if isinstance(self.folder, UUID):
            found.append(_carrying(Membership, Membership.group_id, self.folder))
        if self.label is not None:
            found.append(_carrying(ContactLabel, ContactLabel.label_id, self.label))
        if self.q.strip():
            found.append(_searched(Typed.read(session, self.q)))
        return found

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


def _carrying(
    of: type[Membership | ContactLabel], what: InstrumentedAttribute[UUID], wanted: UUID
) -> Narrowing:
    """Those in a group, or with a label."""
    carriers: Select[UUID] = select(of.contact_id).where(what == wanted)

    def of_each(contact: type[Contact]) -> ColumnElement[bool]:
        own = select(literal(True)).where(what == wanted, of.contact_id == contact.id)
        return own.scalar_subquery().is_(True)

    return Narrowing(carriers, of_each)


def _landline(contact: type[Contact]) -> ColumnElement[bool]:
    yes: ColumnElement[bool] = contact.landline.expression
    return yes


def _searched(typed: Typed) -> Narrowing:
    return Narrowing(typed.ids(), typed.contacts, tuple(typed.numbers(Contact.phone)))
