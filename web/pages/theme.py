"""Light, dark, or as the system has it: a cookie, so that the first paint is right already."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from web.pages import cookies
from web.pages.frame import page
from web.pages.rendering import THEMES, back_to
from web.pages.sign_in import inner_path
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("theme", __name__)

_A_YEAR = 365 * 24 * 3600


@page(bp, "/theme", "POST")
def choose_theme(visit: Visit) -> ResponseReturnValue:  # noqa: ARG001  (only operators have one)
    wanted = request.form.get("theme", "")
    if wanted not in THEMES:
        raise Problem(422, "invalid")
    response = back_to(inner_path(request.form.get("next", "")))
    # app.js sets it as well: the one cookie that a script may write.
    response.set_cookie(
        cookies.THEME, wanted, max_age=_A_YEAR, secure=cookies.SECURE, samesite="Lax", path="/"
    )
    return response
