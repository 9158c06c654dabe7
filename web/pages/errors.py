"""What went wrong, as a page; for htmx as the problem itself, which app.js says in a toast."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from web import problems
from web.pages.rendering import for_htmx, render
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
    response = render("error.html", problem=problem)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


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
