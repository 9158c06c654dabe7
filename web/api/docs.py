"""/openapi.json for programs, /docs for people: what the API takes and gives, offline."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.api.openapi import PREFIX, document

bp = Blueprint("api_docs", __name__)


@bp.get("/openapi.json")
@bp.get(f"{PREFIX}/openapi.json")
def show_document() -> ResponseReturnValue:
    return document()


@bp.get("/docs")
@bp.get(f"{PREFIX}/docs")
def show_docs() -> str:
    return render_template("api_docs.html", api=document())
