"""GET /docs/errors/<code>: what an error means, for whoever follows its `type`."""

from flask import Blueprint, render_template

from web.problem_codes import CODES
from web.problems import Problem

bp = Blueprint("problem_pages", __name__)


@bp.get("/docs/errors")
def show_problems() -> str:
    return render_template("problems.html", codes=CODES)


@bp.get("/docs/errors/<code>")
def show_problem(code: str) -> str:
    if code not in CODES:
        raise Problem(404, "not-found")
    return render_template("problem.html", code=code, meaning=CODES[code])
