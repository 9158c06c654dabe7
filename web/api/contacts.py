"""Contacts: the opt-in queue, groups and everybody, and what can be changed of one.

There is no POST: nobody gets into the opt-in queue by hand.
"""

from typing import Annotated
from uuid import UUID

import msgspec

from models.contact_actions import Chunk, act
from models.contact_lists import ALL, OPTIN_QUEUE, Sort, Wanted
from models.contact_pages import Place, key_values, page
from models.contacts import Contact
from models.groups import Group, Label
from models.jobs import JobStatus
from web.api.auth import Call
from web.api.contact_shapes import ContactShape, contact_shapes
from web.api.jobs import JobAsked, asked, make_job
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, read_cursor, write_cursor
from web.api.replies import Reply
from web.api.schema import Line, field_error, invalid
from web.api.wiping import wipe_contact
from web.problems import Problem

ONE = "/contacts/<uuid:contact_id>"

#: A line that may be empty: not everybody has a last name.
MaybeLine = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class ContactQuery(PageQuery, kw_only=True, frozen=True):
    """`folder` is opt-in-queue, group:<id> or all; `label` is the id of a label."""

    folder: str = ALL
    sort: Sort = Sort.NEWEST
    q: str = ""
    label: UUID | None = None
    landline: bool | None = None


class HowDeleted(msgspec.Struct):
    wipe: bool = False


class ContactChange(msgspec.Struct):
    first_name: Line | msgspec.UnsetType = msgspec.UNSET
    last_name: MaybeLine | msgspec.UnsetType = msgspec.UNSET
    favorite: bool | msgspec.UnsetType = msgspec.UNSET


@operation(
    "GET",
    "/contacts",
    Spec("List contacts", {200: Page[ContactShape]}, query=ContactQuery, problems=(404,)),
)
def list_contacts(call: Call, query: ContactQuery) -> Page[ContactShape]:
    folder, label = read_folder(call, query.folder), read_label(call, query.label)
    wanted = Wanted(folder, query.q, label, query.landline)
    order = list_order(wanted, query.sort)
    beyond = None if query.cursor is None else read_cursor(query.cursor, order)
    place = Place(query.sort, query.limit + 1, beyond)
    found = page(call.session, call.account_id, wanted, place)
    shown = found[: query.limit]
    more = len(found) > query.limit
    last = write_cursor(order, key_values(shown[-1], wanted, query.sort)) if more else None
    return Page(contact_shapes(call.session, shown), last)


def list_order(wanted: Wanted, sort: Sort) -> Order:
    """Return the order of a list, which its cursors name."""
    name = f"{sort}:{wanted.folder == OPTIN_QUEUE}"
    return Order(name, wanted.keys(sort), descending=sort is not Sort.OLDEST)


@operation("GET", ONE, Spec("Show a contact", {200: ContactShape}))
def show_contact(call: Call, contact_id: UUID) -> ContactShape:
    return contact_shapes(call.session, [found_contact(call, contact_id)])[0]


@operation(
    "PATCH",
    ONE,
    Spec("Change names or the favorite of a contact", {200: ContactShape}, body=ContactChange),
)
def change_contact(call: Call, body: ContactChange, contact_id: UUID) -> ContactShape:
    contact = found_contact(call, contact_id, lock=True)
    for name, value in msgspec.structs.asdict(body).items():
        if value is not msgspec.UNSET:
            setattr(contact, name, value.strip() if isinstance(value, str) else value)
    call.session.flush()
    return contact_shapes(call.session, [contact])[0]


@operation(
    "DELETE",
    ONE,
    Spec(
        "Delete a contact, or wipe the person (owners)",
        {202: JobAsked},
        query=HowDeleted,
        problems=(403,),
    ),
)
def delete_contact(call: Call, query: HowDeleted, contact_id: UUID) -> Reply:
    """Done within the request, so that it is gone from every list with the answer.

    Wiping is for a person who asks for it, and cannot be undone.
    """
    contact = found_contact(call, contact_id)
    if query.wipe:
        return wipe_contact(call, contact)
    job = make_job(call, "delete", {"ids": [str(contact_id)]}, 1)
    job.started_at = job.created_at
    act(call.session, job, Chunk(0, (str(contact_id),)))
    job.end(call.session, JobStatus.DONE)
    return asked(call, job)


def found_contact(call: Call, contact_id: UUID, *, lock: bool = False) -> Contact:
    """Return a contact of the caller's account. Raises Problem(404)."""
    contact = Contact.of_account(call.session, call.account_id, contact_id, lock=lock)
    if contact is None:
        raise Problem(404, "not-found")
    return contact


def read_folder(call: Call, folder: str) -> str | UUID:
    """Read opt-in-queue, all or group:<id>. Raises Problem: 422, 404 for no group of ours."""
    if folder in {OPTIN_QUEUE, ALL}:
        return folder
    kind, _, raw = folder.partition(":")
    try:
        group_id = UUID(raw)
    except ValueError as error:
        detail = "Use opt-in-queue, all, or group: and the id of a group."
        raise invalid(field_error("folder", "invalid", detail)) from error
    if kind != "group" or not Group.of_account(call.session, call.account_id, group_id):
        raise Problem(404, "not-found")
    return group_id


def read_label(call: Call, label_id: UUID | None) -> UUID | None:
    """Return the id as it is, or raise Problem(404) for no label of ours."""
    if label_id is not None and not Label.of_account(call.session, call.account_id, label_id):
        raise Problem(404, "not-found")
    return label_id
