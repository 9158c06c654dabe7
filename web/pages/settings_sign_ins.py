"""Settings, sign-ins: where an operator is signed in, and out with any of them."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from models.sign_ins import SignIn
from web.pages.frame import page
from web.pages.rendering import back_to, render
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("settings_sign_ins", __name__)

HERE = "/settings/sign-ins"


@page(bp, HERE)
def show_sign_ins(visit: Visit) -> ResponseReturnValue:
    mine = SignIn.of_operator(visit.session, visit.operator.id)
    return render("settings_sign_ins.html", sign_ins=mine)


@page(bp, f"{HERE}/<uuid:sign_in_id>/end", "POST")
def end_sign_in(visit: Visit, sign_in_id: UUID) -> ResponseReturnValue:
    if not SignIn.end(visit.session, visit.operator.id, sign_in_id):
        raise Problem(404, "not-found")
    visit.audit("signed out another browser")
    visit.toast("Signed out there.")
    return back_to(HERE)


@page(bp, f"{HERE}/end-others", "POST")
def end_other_sign_ins(visit: Visit) -> ResponseReturnValue:
    many = SignIn.end_all(visit.session, visit.operator.id, but=visit.sign_in.id)
    visit.audit("signed out everywhere else", f"{many} browsers")
    visit.toast(f"Signed out of {many} other {'browser' if many == 1 else 'browsers'}.")
    return back_to(HERE)


@page(bp, f"{HERE}/end-all", "POST")
def end_all_sign_ins(visit: Visit) -> ResponseReturnValue:
    many = SignIn.end_all(visit.session, visit.operator.id)
    visit.audit("signed out everywhere", f"{many} browsers")
    return back_to("/sign-in")
