"""One request of the dashboard: who is here, one transaction, one answer.

A view is a function of a Visit; parts of the path come as keyword arguments:

    @page(bp, "/groups", "GET", "POST")
    def show_groups(visit: Visit) -> ResponseReturnValue: ...

It returns what `render`, `fragment` or `back_to` of rendering.py make. A Problem that it raises
rolls everything back and becomes a page, or for htmx a toast (errors.py).
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Blueprint, Response, g, make_response, redirect, request
from flask.typing import ResponseReturnValue

from models.db import transaction
from models.sign_ins import SignIn
from web.api.operations import busy_is_503
from web.doorbell import doorbell
from web.pages import cookies, csrf
from web.pages.visit import Visit
from web.problems import Problem

V = TypeVar("V", bound=Callable[..., ResponseReturnValue])

#: What polls says so: it does not keep a sign-in from idling out.
POLL = "X-Poll"

_VISITOR_SECONDS = 24 * 3600


class SignInNeeded(Exception):
    """Nobody is signed in with this browser, or no longer."""


def page(bp: Blueprint, path: str, *methods: str) -> Callable[[V], V]:
    """Register a view for signed-in operators; GET when no method is named."""

    def register(view: V) -> V:
        @wraps(view)
        def serve(**parts: Any) -> Response:
            try:
                return _serve(view, parts)
            except SignInNeeded:
                return _to_sign_in()

        bp.add_url_rule(path, view.__name__, serve, methods=methods or ("GET",))
        return view

    return register


def open_page(bp: Blueprint, path: str, *methods: str) -> Callable[[V], V]:
    """Register a view for anybody. It opens its transactions itself."""

    def register(view: V) -> V:
        @wraps(view)
        def serve(**parts: Any) -> Response:
            _refuse_nul()
            visitor = request.cookies.get(cookies.VISITOR) or secrets.token_urlsafe(24)
            csrf.bind(visitor)
            csrf.check()
            with busy_is_503():
                response = make_response(view(**parts))
            if cookies.VISITOR not in request.cookies:
                cookies.put(response, cookies.VISITOR, visitor, _VISITOR_SECONDS)
            return response

        bp.add_url_rule(path, view.__name__, serve, methods=methods or ("GET",))
        return view

    return register


def _serve(view: Callable[..., ResponseReturnValue], parts: dict[str, Any]) -> Response:
    _refuse_nul()
    with busy_is_503(), transaction() as session:
        token = request.cookies.get(cookies.SIGN_IN, "")
        found = SignIn.bearer(session, token) if token else None
        if found is None:
            raise SignInNeeded
        csrf.bind(token)
        csrf.check()
        visit = Visit(session, *found)
        g.visit = visit
        if POLL not in request.headers:
            visit.sign_in.touch(session)
        response = make_response(view(visit, **parts))
    response = _after_commit(visit) or response
    if visit.toasts and "Location" in response.headers:
        cookies.keep_toasts(response, visit.toasts)
    return response


def _after_commit(visit: Visit) -> Response | None:
    for message in visit.rings:
        doorbell.press(message)
    answers = [do() for do in visit.afterwards]
    return next((answer for answer in reversed(answers) if answer is not None), None)


def _to_sign_in() -> Response:
    """Lead there and back again; htmx takes the whole page there."""
    asked = request.headers.get("HX-Request") == "true"
    to = "/sign-in"
    if request.method == "GET" and not asked:
        to += f"?next={quote(request.full_path.rstrip('?'))}"
    if asked:
        return Response(status=401, headers={"HX-Redirect": to})
    return make_response(redirect(to, 303))


def _refuse_nul() -> None:
    """PostgreSQL's text cannot hold NUL: no field and no parameter may."""
    sent = [*request.args.values(), *request.form.values()]
    if any("\0" in value for value in sent):
        raise Problem(400, "bad-request")
