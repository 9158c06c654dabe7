"""Integration, Edit: the endpoint URL, the compliance message, and what else may be set.

Saved as PATCH /integration saves it; what cannot stand is said beside its field, and what was
typed stays in the form.
"""

from typing import Any, NamedTuple

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

import config
from models.integrations import Integration
from models.phone_numbers import PhoneNumber, PhoneNumberStatus
from senders.compliance import LONG_NAME, Lint, lint
from senders.compliance import render as written
from web.api import integration as api
from web.api.integration_settings import IntegrationChanged
from web.api.integration_shapes import IntegrationShape, integration_shape
from web.api.schema import read_form
from web.pages.frame import page
from web.pages.integration_parts import HERE, found, seen_of, url_since, wrong_fields
from web.pages.rendering import back_to, fragment, render
from web.pages.sender_notes import SHOWN, TOOLS
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("integration_edit", __name__)

EDIT = f"{HERE}/edit"

_TEXTS = (
    "name",
    "brand",
    "compliance_message",
    "default_region",
    "phone_number_id",
    "duplicate_window_hours",
    "quiet_hours",
)


class Preview(NamedTuple):
    """The compliance message as people get it, and what is said about it."""

    usual: str
    longest: str
    said: Lint


@page(bp, EDIT)
def show_edit(visit: Visit) -> ResponseReturnValue:
    integration = found(visit)
    return _form(visit, integration, _kept(integration_shape(visit.session, integration)))


@page(bp, EDIT, "POST")
def save(visit: Visit) -> ResponseReturnValue:
    integration = found(visit)
    try:
        api.change_integration(visit.call(), read_form(IntegrationChanged, _sent()))
    except Problem as problem:
        wrong = wrong_fields(problem)
        return _form(visit, integration, _typed(), wrong), 422
    visit.audit("changed the integration", integration.name)
    visit.toast("Saved. It counts from the next lead on.")
    return back_to(EDIT)


@page(bp, f"{HERE}/preview", "POST")
def show_preview(visit: Visit) -> ResponseReturnValue:  # noqa: ARG001  (every view has it)
    """Show what a message would be; nothing is saved."""
    sent = _typed()
    preview = preview_of(sent["compliance_message"], sent["brand"])
    return fragment("_integration_preview.html", preview=preview)


def preview_of(template: str, brand: str) -> Preview:
    return Preview(
        written(template, "Jane", "Doe", brand),
        written(template, LONG_NAME, LONG_NAME, brand),
        lint(template, brand),
    )


def _form(
    visit: Visit,
    integration: Integration,
    values: dict[str, Any],
    wrong: dict[str, str] | None = None,
) -> Response:
    shape = integration_shape(visit.session, integration)
    return render(
        "integration_edit.html",
        integration=shape,
        values=values,
        wrong=wrong or {},
        numbers=_numbers(visit),
        preview=preview_of(values["compliance_message"], values["brand"]),
        tools=seen_of(visit, integration),
        setups=[TOOLS[name] for name in SHOWN],
        since=url_since(visit, integration),
        usual_limit=config.RATE_LIMIT,
    )


def _numbers(visit: Visit) -> list[tuple[str, str]]:
    query = select(PhoneNumber).where(
        PhoneNumber.account_id == visit.account_id,
        PhoneNumber.status == PhoneNumberStatus.APPROVED,
        PhoneNumber.deleted_at.is_(None),
    )
    found_ones = visit.session.scalars(query.order_by(PhoneNumber.created_at, PhoneNumber.id))
    return [(str(each.id), each.number) for each in found_ones]


def _kept(shape: IntegrationShape) -> dict[str, Any]:
    """Put what is saved into the words of the form."""
    values = {name: str(getattr(shape, name) or "") for name in _TEXTS}
    return values | {
        "duplicate_window_hours": str(shape.duplicate_window_hours),
        "allowed_countries": ", ".join(shape.allowed_countries),
        "rate_limit": "" if shape.rate_limit is None else str(shape.rate_limit),
        "lookup": shape.lookup,
        "consent_required": shape.consent_required,
    }


def _typed() -> dict[str, Any]:
    """Return what is in the form now, as it was typed; a line ends as we keep it."""
    form = request.form
    values: dict[str, Any] = {
        name: form.get(name, "").replace("\r\n", "\n")
        for name in (*_TEXTS, "allowed_countries", "rate_limit")
    }
    return values | {name: name in form for name in ("lookup", "consent_required")}


def _sent() -> dict[str, Any]:
    """Put what was typed into the words of the API."""
    typed = _typed()
    countries = typed["allowed_countries"].replace(",", " ").split()
    limit = typed["rate_limit"].strip()
    values = typed | {"allowed_countries": countries, "rate_limit": limit or None}
    for name in ("default_region", "duplicate_window_hours"):
        values[name] = values[name].strip()
    if not values["phone_number_id"]:
        del values["phone_number_id"]  # none is approved: there is nothing to choose from
    return values
