"""Groups: what campaigns may address. Who leaves one, even because it is deleted, does not
return to the opt-in queue.
"""

from uuid import UUID

from models.groups import Group
from web.api import named
from web.api.auth import Call
from web.api.named import Named, NamedShape
from web.api.operations import Spec, operation
from web.api.pages import Page, PageQuery
from web.api.replies import Reply


@operation("GET", "/groups", Spec("List groups", {200: Page[NamedShape]}, query=PageQuery))
def list_groups(call: Call, query: PageQuery) -> Page[NamedShape]:
    return named.list_all(call, query, Group)


@operation(
    "POST",
    "/groups",
    Spec("Make a group", {201: NamedShape}, body=Named, problems=(409,), idempotent=True),
)
def make_group(call: Call, body: Named) -> Reply:
    return named.make(call, body.name, Group, "groups")


@operation(
    "PATCH",
    "/groups/<uuid:group_id>",
    Spec("Rename a group", {200: NamedShape}, body=Named, problems=(404, 409)),
)
def rename_group(call: Call, group_id: UUID, body: Named) -> NamedShape:
    return named.rename(call, group_id, body.name, Group)


@operation(
    "DELETE", "/groups/<uuid:group_id>", Spec("Delete a group", {204: None}, problems=(404,))
)
def delete_group(call: Call, group_id: UUID) -> Reply:
    return named.remove(call, group_id, Group)
