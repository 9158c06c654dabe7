"""Suppressed contacts: the numbers that must not be texted, by kind; adding and lifting one."""

from dataclasses import dataclass
from uuid import UUID

import msgspec
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from models.suppressions import SuppressionKind
from web.api.pages import Page
from web.api.replies import Reply
from web.api.suppression_shapes import Added, SuppressionShape, suppression_shape
from web.api.suppressions import (
    SuppressionMade,
    SuppressionQuery,
    add_number,
    check_way_out,
    lift_one,
    list_suppressions,
    standing,
)
from web.pages.frame import page
from web.pages.rendering import back_to, for_htmx, fragment, render
from web.pages.suppressed_words import KINDS, SOURCE, way_out
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("pages_suppressed", __name__)

HERE = "/contacts/suppressed"
ONE = f"{HERE}/<uuid:suppression_id>"

_KNOWN = 200


@dataclass(frozen=True)
class Tab:
    title: str
    path: str
    here: bool


@page(bp, HERE)
def show_suppressed(visit: Visit) -> ResponseReturnValue:
    return _listed(visit)


@page(bp, HERE, "POST")
def add_one(visit: Visit) -> ResponseReturnValue:
    """Add one number. The answer waits until nothing more can go out, or says what may."""
    phone, reason = (request.form.get(name, "").strip() for name in ("phone", "reason"))
    if not phone:
        return _listed(visit, "Type a number.", 422)
    tree = {"phone": phone, "reason": reason or None, "kind": request.form.get("kind", "dnc")}
    try:
        made = msgspec.convert(tree, SuppressionMade)
        reply = add_number(visit.call(), made, SOURCE)
    except (Problem, msgspec.ValidationError) as error:
        return _listed(visit, _said(error), 422)
    visit.audit("suppressed a number", f"{made.kind.value.replace('_', ' ')}: {phone}")
    visit.after_commit(lambda: _tell(visit, reply))
    return back_to(HERE)


def _tell(visit: Visit, reply: Reply) -> None:
    """Wait for what is on its way, with no transaction open; then say how it stands."""
    final = reply.after_commit() if reply.after_commit else None
    answered = final or reply
    if not isinstance(answered.shape, Added):
        raise TypeError("adding answers with the suppression")
    known = "was on the list already" if reply.status == _KNOWN else "is suppressed now"
    late = " A text may still be on its way to it." if answered.shape.in_flight else ""
    visit.toast(f"{answered.shape.phone} {known}.{late}")


@page(bp, f"{ONE}/lift", "POST")
def lift(visit: Visit, suppression_id: UUID) -> ResponseReturnValue:
    """Ask why; once that is told, lift it."""
    found = standing(visit.call(), suppression_id)
    check_way_out(visit.call(), found)
    reason = " ".join(request.form.get("reason", "").split())[:200]
    if not reason:
        return _question(suppression_shape(found), error="why" in request.form)
    lift_one(visit.call(), found, reason)
    visit.audit("lifted a suppression", f"{found.phone}: {reason}")
    visit.toast(f"{found.phone} is no longer on this list. Nobody is put back by that.")
    return _back()


@page(bp, f"{ONE}/keep", "POST")
def keep(visit: Visit, suppression_id: UUID) -> ResponseReturnValue:
    """The text did mean stop: nobody has to look at it again."""
    found = standing(visit.call(), suppression_id)
    found.needs_review = False
    visit.audit("confirmed an opt-out", found.phone)
    visit.toast(f"{found.phone} stays opted out.")
    return back_to(f"{HERE}?review=1")


def _listed(visit: Visit, error: str = "", status: int = 200) -> Response:
    kind, review = request.args.get("kind", ""), request.args.get("review") == "1"
    query = SuppressionQuery(
        kind=SuppressionKind(kind) if kind in {*SuppressionKind} else None,
        needs_review=True if review else None,
        q=request.args.get("q", ""),
        cursor=request.args.get("cursor"),
    )
    found: Page[SuppressionShape] = list_suppressions(visit.call(), query)
    response = render(
        "suppressed.html",
        found=found,
        kinds=KINDS,
        ways=[way_out(visit, each) for each in found.items],
        tabs=_tabs(kind, review=review),
        query=query,
        error=error,
        sent=request.form,
    )
    response.status_code = status
    return response


def _tabs(kind: str, *, review: bool) -> list[Tab]:
    tabs = [Tab("All", HERE, not kind and not review)]
    tabs += [Tab(words, f"{HERE}?kind={each}", each == kind) for each, words in KINDS.items()]
    return [*tabs, Tab("Needs review", f"{HERE}?review=1", review)]


def _question(shape: SuppressionShape, *, error: bool) -> Response:
    values = {"suppression": shape, "error": "Say why." if error else "", "kinds": KINDS}
    if for_htmx():
        return fragment("_suppressed_dialog.html", **values)
    return render("suppressed_lift.html", **values)


def _back() -> Response:
    """Return to the list; htmx is told to take the whole page there."""
    if not for_htmx():
        return back_to(HERE)
    response = Response(status=204)
    response.headers["HX-Redirect"] = HERE
    response.headers["Location"] = HERE  # so that the toast is kept for the next page
    return response


def _said(error: Problem | msgspec.ValidationError) -> str:
    if not isinstance(error, Problem):
        return "Choose one of the lists, and a reason of one line."
    errors = error.members.get("errors")
    fields = [str(each["detail"]) for each in errors] if isinstance(errors, list) else []
    return " ".join(fields) or f"{error.title} {error.detail}"
