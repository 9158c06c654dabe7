"""Workflows, Integrations: the account's one Opt-In API with its switch, or the way to add it.

The switch is the API's own (web/api/integration.py): what closes stands before the answer.
"""

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from models.integrations import Integration
from web.api import integration as api
from web.api.integration_settings import IntegrationMade
from web.api.integration_shapes import integration_shape
from web.api.replies import Reply
from web.api.schema import read_form
from web.pages.frame import page
from web.pages.integration_checks import checks_of, inbound_known
from web.pages.integration_parts import (
    HERE,
    ago,
    follow,
    found,
    seen_of,
    url_since,
    wrong_fields,
)
from web.pages.rendering import back_to, for_htmx, fragment, render
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("integrations", __name__)


@page(bp, HERE)
def show_integrations(visit: Visit) -> ResponseReturnValue:
    return _list(visit)


@page(bp, f"{HERE}/activate", "POST")
def turn_on(visit: Visit) -> ResponseReturnValue:
    name = found(visit).name
    follow(visit, api.activate(visit.call()))
    visit.audit("turned the integration on", name)
    visit.toast(f"“{name}” is on: leads are taken.")
    return _list(visit) if for_htmx() else back_to(HERE)


@page(bp, f"{HERE}/deactivate", "POST")
def turn_off(visit: Visit) -> ResponseReturnValue:
    name = found(visit).name
    reply = api.deactivate(visit.call())
    visit.audit("turned the integration off", name)
    return _closed(visit, reply, f"“{name}” is off: no new lead is taken.")


@page(bp, f"{HERE}/delete", "POST")
def delete_integration(visit: Visit) -> ResponseReturnValue:
    name = found(visit).name
    reply = api.delete_integration(visit.call())
    visit.audit("deleted the integration", name)
    return _closed(visit, reply, f"“{name}” is deleted. Its URL is dead for good.")


@page(bp, f"{HERE}/add", "GET", "POST")
def add_integration(visit: Visit) -> ResponseReturnValue:
    """Ask for the two things that nobody else can say; the rest has a beginning."""
    if Integration.of_account(visit.session, visit.account_id) is not None:
        return back_to(HERE)
    if request.method == "GET":
        return _add_form({"name": "Opt-in API", "brand": visit.account.name})
    sent = {name: request.form.get(name, "").strip() for name in ("name", "brand")}
    try:
        reply = api.make_integration(visit.call(), read_form(IntegrationMade, sent))
    except Problem as problem:
        return _add_form(sent, wrong_fields(problem)), 422
    follow(visit, reply)
    visit.audit("added the integration", sent["name"])
    visit.toast("Added. Copy the endpoint URL into your form tools.")
    return back_to(f"{HERE}/edit")


def _closed(visit: Visit, reply: Reply, said: str) -> Response:
    follow(visit, reply)
    visit.toast(said)
    return back_to(HERE)


def _add_form(sent: dict[str, str], wrong: dict[str, str] | None = None) -> Response:
    return render("integration_add.html", sent=sent, wrong=wrong or {})


def _list(visit: Visit) -> Response:
    integration = Integration.of_account(visit.session, visit.account_id)
    values: dict[str, Any] = {"integration": None, "ago": ago}
    if integration is not None:
        visit.session.flush()
        values |= {
            "integration": integration_shape(visit.session, integration),
            "since": url_since(visit, integration),
        }
    if for_htmx():
        return fragment("_integrations.html", **values)
    if integration is not None:
        values |= {
            "checks": checks_of(visit, integration),
            "inbound": inbound_known(visit, integration),
            "tools": seen_of(visit, integration),
        }
    return render("integrations.html", **values)
