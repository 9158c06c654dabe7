"""Groups: the list of them, and the contacts of one."""

from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from models.groups import Group
from web.api.named import list_all
from web.api.pages import PageQuery
from web.pages.contacts_filter import asked
from web.pages.contacts_list import shown
from web.pages.contacts_named import Noun, delete_one, make_one, rename_one
from web.pages.frame import page
from web.pages.rendering import back_to, for_htmx, fragment, render
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("pages_groups", __name__)

HERE = "/contacts/groups"
ONE = f"{HERE}/<uuid:group_id>"

_GROUP = Noun(Group, "group", HERE)


@page(bp, HERE)
def show_groups(visit: Visit) -> ResponseReturnValue:
    return _listed(visit)


@page(bp, HERE, "POST")
def make_group(visit: Visit) -> ResponseReturnValue:
    error = make_one(visit, _GROUP)
    return (_listed(visit, error), 422) if error else back_to(HERE)


@page(bp, ONE)
def show_group(visit: Visit, group_id: UUID) -> ResponseReturnValue:
    group = Group.of_account(visit.session, visit.account_id, group_id)
    if group is None:
        raise Problem(404, "not-found")
    found = shown(visit, asked(group_id, request.args))
    if for_htmx():
        return fragment("_contacts_rows.html", list=found)
    return render("contacts_group.html", list=found, group=group)


@page(bp, f"{ONE}/rename", "POST")
def rename_group(visit: Visit, group_id: UUID) -> ResponseReturnValue:
    to_list = request.form.get("back") == HERE
    return rename_one(visit, _GROUP, group_id, HERE if to_list else f"{HERE}/{group_id}")


@page(bp, f"{ONE}/delete", "POST")
def delete_group(visit: Visit, group_id: UUID) -> ResponseReturnValue:
    return delete_one(visit, _GROUP, group_id)


def _listed(visit: Visit, error: str = "") -> Response:
    query = PageQuery(cursor=request.args.get("cursor"), limit=200)
    found = list_all(visit.call(), query, Group)
    return render("contacts_groups.html", groups=found, error=error, sent=request.form)
