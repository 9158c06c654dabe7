"""Labels: marks that contacts may carry, many each. They move nobody."""

from uuid import UUID

from models.groups import Label
from web.api import named
from web.api.auth import Call
from web.api.named import Named, NamedShape
from web.api.operations import Spec, operation
from web.api.pages import Page, PageQuery
from web.api.replies import Reply


@operation("GET", "/labels", Spec("List labels", {200: Page[NamedShape]}, query=PageQuery))
def list_labels(call: Call, query: PageQuery) -> Page[NamedShape]:
    return named.list_all(call, query, Label)


@operation(
    "POST",
    "/labels",
    Spec("Make a label", {201: NamedShape}, body=Named, problems=(409,), idempotent=True),
)
def make_label(call: Call, body: Named) -> Reply:
    return named.make(call, body.name, Label, "labels")


@operation(
    "PATCH",
    "/labels/<uuid:label_id>",
    Spec("Rename a label", {200: NamedShape}, body=Named, problems=(404, 409)),
)
def rename_label(call: Call, label_id: UUID, body: Named) -> NamedShape:
    return named.rename(call, label_id, body.name, Label)


@operation(
    "DELETE", "/labels/<uuid:label_id>", Spec("Delete a label", {204: None}, problems=(404,))
)
def delete_label(call: Call, label_id: UUID) -> Reply:
    return named.remove(call, label_id, Label)
