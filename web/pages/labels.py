"""Labels: marks on contacts, which move nobody."""

from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from models.groups import Label
from web.api.named import list_all
from web.api.pages import PageQuery
from web.pages.contacts_named import Noun, delete_one, make_one, rename_one
from web.pages.frame import page
from web.pages.rendering import back_to, render
from web.pages.visit import Visit

bp = Blueprint("pages_labels", __name__)

HERE = "/contacts/labels"
ONE = f"{HERE}/<uuid:label_id>"

_LABEL = Noun(Label, "label", HERE)


@page(bp, HERE)
def show_labels(visit: Visit) -> ResponseReturnValue:
    return _listed(visit)


@page(bp, HERE, "POST")
def make_label(visit: Visit) -> ResponseReturnValue:
    error = make_one(visit, _LABEL)
    return (_listed(visit, error), 422) if error else back_to(HERE)


@page(bp, f"{ONE}/rename", "POST")
def rename_label(visit: Visit, label_id: UUID) -> ResponseReturnValue:
    return rename_one(visit, _LABEL, label_id, HERE)


@page(bp, f"{ONE}/delete", "POST")
def delete_label(visit: Visit, label_id: UUID) -> ResponseReturnValue:
    return delete_one(visit, _LABEL, label_id)


def _listed(visit: Visit, error: str = "") -> Response:
    query = PageQuery(cursor=request.args.get("cursor"), limit=200)
    found = list_all(visit.call(), query, Label)
    return render("contacts_labels.html", labels=found, error=error, sent=request.form)
