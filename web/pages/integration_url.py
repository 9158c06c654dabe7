"""A new endpoint URL: what follows from it, and whether somebody still uses the old one."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from web.api import integration as api
from web.api.integration_shapes import integration_shape
from web.pages.frame import page
from web.pages.integration_parts import HERE, ago, follow, found, seen_of, url_since
from web.pages.rendering import back_to, fragment, render
from web.pages.visit import Visit

bp = Blueprint("integration_url", __name__)


@page(bp, f"{HERE}/regenerate-url", "POST")
def regenerate_url(visit: Visit) -> ResponseReturnValue:
    name = found(visit).name
    follow(visit, api.regenerate_url(visit.call()))
    visit.audit("regenerated the endpoint URL", name)
    visit.toast("There is a new URL. The old one is dead.")
    return back_to(f"{HERE}/new-url")


@page(bp, f"{HERE}/new-url")
def show_new_url(visit: Visit) -> ResponseReturnValue:
    """Show the current URL, the tools that have to learn it, and hits on old ones."""
    integration = found(visit)
    return render(
        "integration_new_url.html",
        integration=integration_shape(visit.session, integration),
        since=url_since(visit, integration),
        tools=seen_of(visit, integration),
        ago=ago,
    )


@page(bp, f"{HERE}/retired-hits")
def show_retired_hits(visit: Visit) -> ResponseReturnValue:
    integration = found(visit)
    return fragment(
        "_integration_retired.html",
        integration=integration_shape(visit.session, integration),
        since=url_since(visit, integration),
        ago=ago,
    )
