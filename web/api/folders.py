"""Folders: where contacts are found, the opt-in queue first, then every group by name."""

import msgspec
from sqlalchemy import func, select

from models.contacts import Contact
from models.groups import Group
from web.api.auth import Call
from web.api.named import counted
from web.api.operations import Spec, operation

QUEUE = "opt-in-queue"


class Folder(msgspec.Struct):
    id: str
    name: str
    count: int
    visible: bool  # the opt-in queue is not in the navigation while it is empty


@operation("GET", "/folders", Spec("List folders", {200: list[Folder]}))
def list_folders(call: Call) -> list[Folder]:
    waiting = select(func.count()).where(
        Contact.account_id == call.account_id, Contact.queued_at.is_not(None)
    )
    groups = (
        select(Group.id, Group.name, counted(Group))
        .where(Group.account_id == call.account_id)
        .order_by(func.lower(Group.name), Group.id)
    )
    count = call.session.scalars(waiting).one()
    queue = Folder(QUEUE, "Opt-in queue", count, visible=count > 0)
    rows = call.session.execute(groups).all()
    return [queue, *(Folder(f"group:{id_}", name, many, True) for id_, name, many in rows)]
