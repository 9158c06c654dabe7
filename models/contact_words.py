"""Where a contact is, in words: in the opt-in queue, in a group, suppressed, deleted.

Told from what stands in the database now; from the timeline where a thing is gone and only
its trace is left. Many contacts are told of in a fixed number of queries.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Row, Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.orm import Session

from models.accounts import Operator
from models.contacts import Contact
from models.groups import Group, Membership
from models.many import is_one_of
from models.suppressions import Suppression, SuppressionKind
from models.texts import Text
from models.timeline import TimelineEntry

#: A text that says stop is short; of a longer one the beginning tells enough.
LONGEST_QUOTE = 40
#: A text and the suppression it brought are stored together.
NEAR = timedelta(seconds=10)

_LISTS = {
    SuppressionKind.OPTED_OUT: "opted out",
    SuppressionKind.DNC: "put on Do-Not-Contact",
    SuppressionKind.COMPLIANCE: "put on a compliance list",
    SuppressionKind.CARRIER: "the carrier takes no texts for this number",
}


class Told(NamedTuple):
    """What is so, in words, and since when."""

    status: str
    text: str
    at: datetime | None


def where_contacts_are(session: Session, contacts: Sequence[Contact]) -> dict[UUID, Told]:
    """Say of each contact where it is; those of whom nothing can be said are left out."""
    deleted = [each for each in contacts if each.deleted_at is not None]
    living = [each for each in contacts if each.deleted_at is None]
    told = _deleted(session, deleted)
    told |= {each.id: _queued(each) for each in living if each.queued_at is not None}
    told |= _removed(session, [each for each in living if each.group_count == 0])
    told |= _grouped(session, [each for each in living if each.group_count > 0])
    return told | _suppressed(session, [each for each in living if each.suppressed])


def why_suppressed(session: Session, suppressions: Iterable[Suppression]) -> dict[UUID, Told]:
    """Say of each suppression, by its id, what put the number there."""
    return {each.id: _why(session, each) for each in suppressions}


def _queued(contact: Contact) -> Told:
    text = "waits in the opt-in queue"
    if contact.landline:
        text += " (landline: call, do not text)"
    return Told("in the opt-in queue", text, contact.queued_at)


def _grouped(session: Session, contacts: Sequence[Contact]) -> dict[UUID, Told]:
    """The newest group tells; others are named beside it."""
    query = (
        select(Membership.contact_id, Group.name, Operator.name, Membership.added_at)
        .join(Group, Group.id == Membership.group_id)
        .outerjoin(Operator, Operator.id == Membership.added_by)
        .where(is_one_of(Membership.contact_id, [each.id for each in contacts]))
        .order_by(Membership.added_at.desc(), Group.name)
    )
    groups: dict[UUID, list[Row[UUID, str, str, datetime]]] = {}
    for row in session.execute(query) if contacts else ():
        groups.setdefault(row[0], []).append(row)
    return {contact_id: _moved(rows) for contact_id, rows in groups.items()}


def _moved(rows: Sequence[Row[UUID, str, str, datetime]]) -> Told:
    _, name, by, at = rows[0]
    text = f"moved to {name}" + (f" by {by}" if by else "")
    if others := [row[1] for row in rows[1:]]:
        text += f" (also in {', '.join(others)})"
    return Told("in a group", text, at)


def _removed(session: Session, contacts: Sequence[Contact]) -> dict[UUID, Told]:
    """In no group and not in the queue: perhaps somebody took them out of one."""
    loose = [each for each in contacts if each.queued_at is None]
    return _last_entries(session, loose, "removed_from_group", "in no group")


def _deleted(session: Session, contacts: Sequence[Contact]) -> dict[UUID, Told]:
    told = {each.id: Told("deleted", "deleted", each.deleted_at) for each in contacts}
    return told | _last_entries(session, contacts, "deleted", "deleted")


def _last_entries(
    session: Session, contacts: Sequence[Contact], kind: str, status: str
) -> dict[UUID, Told]:
    """Tell by the last entry of that kind on the timeline of each."""
    if not contacts:
        return {}
    entry = TimelineEntry
    ids = literal([each.id for each in contacts], ARRAY(Uuid))
    query = (
        select(entry.contact_id, entry.text, entry.at)
        .ext(distinct_on(entry.contact_id))
        .where(entry.contact_id == any_(ids), entry.kind == kind)
        .order_by(entry.contact_id, entry.id.desc())
    )
    return {
        contact_id: Told(status, text[:1].lower() + text[1:].rstrip("."), at)
        for contact_id, text, at in session.execute(query)
        if contact_id is not None
    }


def _suppressed(session: Session, contacts: Sequence[Contact]) -> dict[UUID, Told]:
    query = (
        select(Contact.id, Suppression)
        .join(
            Suppression,
            (Suppression.account_id == Contact.account_id)
            & (Suppression.phone == Contact.phone),
        )
        .where(
            is_one_of(Contact.id, [each.id for each in contacts]),
            Suppression.lifted_at.is_(None),
        )
        .order_by(Suppression.created_at)
    )
    rows = session.execute(query).all() if contacts else []
    return {contact_id: _why(session, suppression) for contact_id, suppression in rows}


def _why(session: Session, suppression: Suppression) -> Told:
    said = _said(session, suppression)
    if said is not None:
        text = f"suppressed: texted {said}"
    else:
        text = f"suppressed: {_LISTS[suppression.kind]}"
        if suppression.by_name:
            text += f" by {suppression.by_name}"
        if suppression.reason:
            text += f" ({suppression.reason})"
    return Told("suppressed", text, suppression.created_at)


def _said(session: Session, suppression: Suppression) -> str | None:
    """Return the person's own words, where a text of theirs put the number on the list."""
    if suppression.kind is not SuppressionKind.OPTED_OUT or suppression.by_id is not None:
        return None
    query = (
        select(Text.body)
        .where(
            Text.account_id == suppression.account_id,
            Text.phone == suppression.phone,
            Text.direction == "in",
            Text.at.between(suppression.created_at - NEAR, suppression.created_at + NEAR),
        )
        .order_by(Text.at.desc())
        .limit(1)
    )
    said = session.scalar(query)
    return None if said is None else " ".join(said.split())[:LONGEST_QUOTE]
