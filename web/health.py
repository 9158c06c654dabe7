"""Is this process alive? Asked by whoever starts and restarts it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

bp = Blueprint("health", __name__)


@bp.get("/livez")
def livez() -> ResponseReturnValue:
    return {"status": "ok"}
