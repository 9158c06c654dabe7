"""The opt-in queue: who waits to be sorted, and what to do when nobody does."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from models.contact_lists import OPTIN_QUEUE
from models.integrations import Integration
from web.api.integration_shapes import IntegrationShape, integration_shape
from web.pages.contacts_filter import asked
from web.pages.contacts_list import shown
from web.pages.frame import page
from web.pages.rendering import for_htmx, fragment, render
from web.pages.visit import Visit

bp = Blueprint("pages_queue", __name__)


@page(bp, "/contacts/opt-in-queue")
def show_queue(visit: Visit) -> ResponseReturnValue:
    found = shown(visit, asked(OPTIN_QUEUE, request.args))
    health = None if found.rows else _health(visit)
    if for_htmx():
        return fragment("_contacts_rows.html", list=found, health=health)
    return render("contacts_queue.html", list=found, health=health)


def _health(visit: Visit) -> IntegrationShape | None:
    """Tell how the integration is, where somebody wonders why nobody comes."""
    integration = Integration.of_account(visit.session, visit.account_id)
    return None if integration is None else integration_shape(visit.session, integration)
