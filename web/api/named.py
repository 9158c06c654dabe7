"""What groups and labels share in the API: a name, a count, and the four things one may do."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import String, exists, func, select

from models.contacts import Contact
from models.groups import ContactLabel, Group, Label, Membership
from web.api.auth import Call
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.replies import Reply
from web.api.schema import Line
from web.problems import Problem

#: What says which contacts a group or label has.
_CARRIED_BY: dict[type[Group | Label], Any] = {
    Group: (Membership.contact_id, Membership.group_id),
    Label: (ContactLabel.contact_id, ContactLabel.label_id),
}


class NamedShape(msgspec.Struct):
    id: UUID
    name: str
    count: int


class Named(msgspec.Struct):
    name: Line


def list_all(call: Call, query: PageQuery, kind: type[Group | Label]) -> Page[NamedShape]:
    order = Order("name", (func.lower(kind.name, type_=String()), kind.id), descending=False)
    mine = select(kind.id, kind.name, counted(kind)).where(kind.account_id == call.account_id)
    rows, next_cursor = page_rows(call.session, mine, order, query)
    return Page([NamedShape(id_, name, count) for id_, name, count in rows], next_cursor)


def make(call: Call, name: str, kind: type[Group | Label], path: str) -> Reply:
    made = kind.make(call.session, call.account_id, name.strip())
    if made is None:
        raise Problem(409, "name-taken")
    return Reply(NamedShape(made.id, made.name, 0), 201, f"/api/v1/{path}/{made.id}")


def rename(call: Call, wanted: UUID, name: str, kind: type[Group | Label]) -> NamedShape:
    found = _locked(call, wanted, kind)
    if not found.rename(call.session, name.strip()):
        raise Problem(409, "name-taken")
    count = call.session.scalars(select(counted(kind)).where(kind.id == wanted)).one()
    return NamedShape(found.id, found.name, count)


def remove(call: Call, wanted: UUID, kind: type[Group | Label]) -> Reply:
    call.session.delete(_locked(call, wanted, kind))
    return Reply(None, 204)


def counted(kind: type[Group | Label]) -> Any:
    """Count, within a query of groups or labels, the living contacts of each.

    All who carry it but the deleted ones, who are few: migration 0036 has an index of them.
    """
    contact_id, own_id = _CARRIED_BY[kind]
    deleted = exists().where(Contact.id == contact_id, Contact.deleted_at.is_not(None))
    return (
        select(func.count())
        .select_from(contact_id.class_)
        .where(own_id == kind.id, ~deleted)
        .correlate(kind)
        .scalar_subquery()
    )


def _locked(call: Call, wanted: UUID, kind: type[Group | Label]) -> Group | Label:
    found = kind.of_account(call.session, call.account_id, wanted, lock=True)
    if found is None:
        raise Problem(404, "not-found")
    return found
