"""Labels: marks that contacts may carry, many each. They move nobody."""

from uuid import UUID

import msgspec
from sqlalchemy import func, select

from models.contacts import Contact
from models.groups import ContactLabel, Label
from web.api.auth import Call
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.replies import Reply
from web.api.schema import Line
from web.problems import Problem

_BY_NAME = Order("name", (func.lower(Label.name), Label.id), descending=False)


class LabelShape(msgspec.Struct):
    id: UUID
    name: str
    count: int


class Named(msgspec.Struct):
    name: Line


@operation("GET", "/labels", Spec("List labels", {200: Page[LabelShape]}, query=PageQuery))
def list_labels(call: Call, query: PageQuery) -> Page[LabelShape]:
    count = (
        select(func.count())
        .select_from(ContactLabel)
        .join(Contact, Contact.id == ContactLabel.contact_id)
        .where(ContactLabel.label_id == Label.id, Contact.deleted_at.is_(None))
        .scalar_subquery()
    )
    mine = select(Label.id, Label.name, count).where(Label.account_id == call.account_id)
    rows, next_cursor = page_rows(call.session, mine, _BY_NAME, query)
    return Page([LabelShape(id_, name, many) for id_, name, many in rows], next_cursor)


@operation(
    "POST",
    "/labels",
    Spec("Make a label", {201: LabelShape}, body=Named, problems=(409,), idempotent=True),
)
def make_label(call: Call, body: Named) -> Reply:
    label = Label.make(call.session, call.account_id, body.name.strip())
    if label is None:
        raise Problem(409, "name-taken")
    return Reply(LabelShape(label.id, label.name, 0), 201, f"/api/v1/labels/{label.id}")
