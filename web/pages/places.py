"""GET /navigation: the navigation alone, which every page asks for again and again."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from web.pages.frame import page
from web.pages.navigation import navigation
from web.pages.rendering import fragment
from web.pages.visit import Visit

bp = Blueprint("places", __name__)


@page(bp, "/navigation")
def show_navigation(visit: Visit) -> ResponseReturnValue:
    here = request.args.get("at", "")
    return fragment("_navigation.html", places=navigation(visit, here), here=here)
