"""What is done to many contacts: first the question, in a dialog, then the job.

Who is meant is sent with both: ids, or the filter and the count that the operator saw. Without
JavaScript the question is a page of its own.
"""

from typing import Any
from uuid import UUID

import msgspec
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from models.groups import Group, Label
from web.api.actions import ActionAsked, ask_for_action
from web.api.jobs import JobAsked
from web.pages.contacts import local
from web.pages.contacts_chosen import Chosen, chosen
from web.pages.contacts_outcome import Outcome
from web.pages.frame import page
from web.pages.rendering import back_to, for_htmx, fragment, render
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("pages_contacts_bulk", __name__)

#: What each action is called where it is asked for, and in the audit.
VERBS = {
    "move_to_group": "moved to a group",
    "remove_from_group": "removed from a group",
    "add_label": "labeled",
    "remove_label": "took a label from",
    "favorite": "marked as favorites",
    "unfavorite": "unmarked as favorites",
    "delete": "deleted",
    "suppress": "suppressed",
}

#: More than these are deleted only by who types how many.
UNTYPED = 100

#: Refusals that the dialog says itself: something can be done about them there.
_SAID_THERE = frozenset({"name-taken", "count-changed", "invalid"})


@page(bp, "/contacts/bulk/ask", "POST")
def ask(visit: Visit) -> ResponseReturnValue:
    """Show the dialog that says what will be done to whom."""
    meant = chosen(visit)
    if not meant.many:
        raise Problem(422, "invalid", "Select at least one contact first.")
    return _dialog(visit, meant, request.form.get("kind", ""))


@page(bp, "/contacts/bulk/do", "POST")
def do(visit: Visit) -> ResponseReturnValue:
    """Make the job; tell how it goes where the operator is."""
    meant, kind = chosen(visit), request.form.get("kind", "")
    if kind not in VERBS:
        raise Problem(404, "not-found")
    if error := _untyped(meant, kind):
        return _dialog(visit, meant, kind, error)
    try:
        reply = ask_for_action(visit.call(), _action(visit, meant, kind))
    except Problem as problem:
        if problem.code not in _SAID_THERE:
            raise
        return _dialog(visit, meant, kind, _said(problem))
    for ring in reply.rings:
        visit.ring(ring)
    visit.audit(f"{VERBS[kind]}: contacts", f"{meant.many:,}")
    if not isinstance(reply.shape, JobAsked):
        raise TypeError("an action answers with its job")
    if for_htmx():
        response = fragment("_contacts_asked.html", outcome=Outcome(reply.shape.job))
        response.headers["HX-Trigger"] = "contacts-asked"
        return response
    return back_to(f"/activity/jobs/{reply.shape.job.id}")


def _action(visit: Visit, meant: Chosen, kind: str) -> ActionAsked:
    """Read the form as the API reads an action. Raises Problem(422)."""
    sent = request.form
    tree: dict[str, Any] = {"kind": kind, "contacts": meant.contacts}
    for name in ("group_id", "new_group", "label", "suppression_kind", "reason"):
        if value := sent.get(name, "").strip():
            tree[name] = value
    if "new_group" in tree:
        tree.pop("group_id", None)
    folder = meant.asked.wanted.folder
    if isinstance(folder, UUID):  # a group's own page: they leave that group
        tree["group_id" if kind == "remove_from_group" else "from_group"] = str(folder)
    if new_label := sent.get("new_label", "").strip():
        tree["label"] = str(_label(visit, new_label).id)
    try:
        return msgspec.convert(tree, ActionAsked, strict=False)
    except msgspec.ValidationError as error:
        raise Problem(422, "invalid", "Fill in what is missing.") from error


def _label(visit: Visit, name: str) -> Label:
    """Return the label of this name, made now where there is none."""
    made = Label.make(visit.session, visit.account_id, name[:200])
    if made is not None:
        return made
    query = select(Label).where(
        Label.account_id == visit.account_id, func.lower(Label.name) == name[:200].lower()
    )
    return visit.session.scalars(query).one()


def _untyped(meant: Chosen, kind: str) -> str:
    """Say what is wrong when many are to be deleted and nobody typed how many."""
    if kind != "delete" or meant.many <= UNTYPED:
        return ""
    typed = request.form.get("typed", "").replace(",", "").strip()
    return "" if typed == str(meant.many) else f"Type {meant.many} to delete so many."


def _said(problem: Problem) -> str:
    """Say what is wrong: with a field if one is named, else as the API says it."""
    errors = problem.members.get("errors")
    fields = [str(each["detail"]) for each in errors] if isinstance(errors, list) else []
    return " ".join(fields) or f"{problem.title} {problem.detail}"


def _dialog(visit: Visit, meant: Chosen, kind: str, error: str = "") -> Response:
    values: dict[str, Any] = {
        "meant": meant,
        "kind": kind,
        "error": error,
        "sent": request.form,
        "untyped": UNTYPED,
        "back": local(request.form.get("back", "")),
        "groups": _named(visit, Group),
        "labels": _named(visit, Label),
    }
    if for_htmx():
        return fragment("_contacts_dialog.html", **values)
    response = render("contacts_ask.html", **values)
    response.status_code = 422 if error else 200
    return response


def _named(visit: Visit, kind: type[Group | Label]) -> list[tuple[str, str]]:
    mine = select(kind.id, kind.name).where(kind.account_id == visit.account_id)
    ordered = mine.order_by(func.lower(kind.name), kind.id)
    return [(str(id_), name) for id_, name in visit.session.execute(ordered)]
