"""Signing in and out.

Tries are counted before the password is looked at, a wrong e-mail costs the same time as a
wrong password, and both get the same answer. A new sign-in has a new token; the one that this
browser held before ends.
"""

from flask import Blueprint, Response, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.accounts import Operator
from models.audit import audit
from models.db import transaction
from models.passwords import fits
from models.sign_in_attempts import SignInAttempts
from models.sign_ins import LONGEST, SignIn
from models.timeline import Actor
from web.pages import cookies
from web.pages.frame import open_page, page
from web.pages.rendering import back_to, render
from web.pages.visit import Visit
from web.requests import request_id

bp = Blueprint("sign_in", __name__)

WRONG = "This e-mail and password do not fit. Check both and try again."


def inner_path(wanted: str) -> str:
    """Return a path of this very service to go on to; the first page for anything else."""
    inner = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if inner and wanted.isprintable() else "/"


@open_page(bp, "/sign-in")
def show_sign_in() -> ResponseReturnValue:
    with transaction() as session:
        if not Operator.exists(session):
            return back_to("/setup")
    return render("sign_in.html", email="", error="", next=request.args.get("next", ""))


@open_page(bp, "/sign-in", "POST")
def sign_in() -> ResponseReturnValue:
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
    address = request.remote_addr or ""
    with transaction() as session:
        wait = SignInAttempts.seconds_to_wait(session, email, address)
        operator = None if wait else Operator.by_email(session, email)
    if wait:
        return _throttled(email, wait)
    if not fits(operator.password_hash if operator else None, password) or operator is None:
        return _again(email, WRONG), 401
    response = make_response(redirect(inner_path(request.form.get("next", "")), 303))
    with transaction() as session:
        SignInAttempts.forget(session, email, address)
        _end_previous(session)
        _, token = SignIn.begin(session, operator, address, request.user_agent.string)
        by = Actor(operator.id, operator.name)
        audit(session, operator.account_id, by, "signed in", address, request_id=request_id())
    cookies.put(response, cookies.SIGN_IN, token, int(LONGEST.total_seconds()))
    return response


@page(bp, "/sign-out", "POST")
def sign_out(visit: Visit) -> ResponseReturnValue:
    SignIn.end(visit.session, visit.operator.id, visit.sign_in.id)
    visit.audit("signed out")
    response = back_to("/sign-in")
    cookies.drop(response, cookies.SIGN_IN)
    return response


def _end_previous(session: Session) -> None:
    """Let the token that this browser held before be of no use to anybody."""
    before = SignIn.bearer(session, request.cookies.get(cookies.SIGN_IN, ""))
    if before is not None:
        SignIn.end(session, before[1].id, before[0].id)


def _throttled(email: str, wait: int) -> ResponseReturnValue:
    minutes = -(-wait // 60)
    unit = "minute" if minutes == 1 else "minutes"
    said = f"There were too many tries. Wait {minutes} {unit}, then try again."
    response = _again(email, said)
    response.headers["Retry-After"] = str(wait)
    return response, 429


def _again(email: str, error: str) -> Response:
    return render("sign_in.html", email=email, error=error, next=request.form.get("next", ""))
