"""What went wrong, as a page; for htmx as the problem itself, which app.js says in a toast."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from flask import Blueprint, Response, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from models.db import transaction
from models.sign_ins import SignIn
from web import problems
from web.pages import cookies, csrf
from web.pages.rendering import for_htmx, render
from web.pages.visit import Visit
from web.problems import Problem

#: Programs ask there: they get application/problem+json whatever they accept.
_PROGRAMS = ("/api/", "/hooks/", "/twilio/")


def show_as_pages(bp: Blueprint) -> None:
    """Have the errors of a place shown to a person."""
    bp.register_error_handler(Problem, show_problem)
    bp.register_error_handler(HTTPException, show_http_error)
    bp.register_error_handler(Exception, show_surprise)


def show_problem(problem: Problem) -> Response:
    if for_htmx():
        return problems.answer(problem)
    with _visiting_anew():
        response = render("error.html", problem=problem)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


@contextmanager
def _visiting_anew() -> Iterator[None]:
    """Let the page read who is here, or read it once more: a view's transaction is over.

    With the database away the page goes without navigation.
    """
    g.pop("visit", None)
    token = request.cookies.get(cookies.SIGN_IN)
    if token is None:
        yield
        return
    csrf.bind(token)
    with ExitStack() as stack:
        with suppress(SQLAlchemyError):
            session = stack.enter_context(transaction())
            found = SignIn.bearer(session, token)
            g.visit = Visit(session, *found) if found else None
        yield


def show_http_error(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if error.response is not None or status not in problems.CODE_OF_STATUS:
        return problems.answer_http(error)
    return show_problem(Problem(status, problems.CODE_OF_STATUS[status]))


def show_surprise(error: Exception) -> Response:
    problems.answer_surprise(error)  # it writes the log
    return show_problem(Problem(500, "internal-error"))


def answer_unknown_address(error: HTTPException) -> Response | HTTPException:
    """Answer 404 as a page to whoever reads pages."""
    person = "text/html" in request.headers.get("Accept", "")
    if person and not request.path.startswith(_PROGRAMS):
        return show_http_error(error)
    return problems.answer_http(error)
