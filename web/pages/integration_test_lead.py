"""A test lead: a real one, to somebody's own phone, by the way that every lead goes.

Taken as a replayed rejection is: read and stored as web/hooks.py does, without a signature,
since nobody outside has sent it.
"""

import json
from uuid import uuid4

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.accept import AcceptError, Endpoint, Incoming, Known, Refused, Verdict
from models.deliveries import Delivery
from models.integrations import EndpointToken, Integration
from models.leads import Lead
from web.hooks import answer, read_lead
from web.pages.frame import page
from web.pages.integration_parts import HERE, found
from web.pages.rendering import back_to, fragment, render
from web.pages.visit import Visit
from web.problems import Problem
from web.together import accept_lead

bp = Blueprint("integration_test_lead", __name__)

#: Nothing follows any more: the page need not ask again.
ENDED = {"joined", "landline", "suppressed", "duplicate", "needs_attention", "test", "dropped"}


@page(bp, f"{HERE}/test-lead", "POST")
def send_test_lead(visit: Visit) -> ResponseReturnValue:
    integration = found(visit)
    token = EndpointToken.current(visit.session, integration.id)
    names = ("first_name", "last_name", "phone")
    lead = {name: request.form.get(name, "").strip() for name in names}
    incoming = Incoming(
        body=json.dumps(lead).encode(),
        content_type="application/json",
        request_id=visit.request_id,
        header_key=f"test lead {uuid4()}",
    )
    known = _known(integration)
    endpoint = Endpoint(token.token_hash, token.lock_number)
    visit.audit("sent a test lead", integration.name)

    def take() -> Response:
        verdict = _taken(endpoint, known, incoming)
        if verdict.outcome == "duplicate":
            visit.toast(
                "This number had a text within the duplicate window: it gets no second."
            )
        return back_to(f"{HERE}/test-lead/{verdict.id}")

    visit.after_commit(take)
    return back_to(f"{HERE}/edit")


@page(bp, f"{HERE}/test-lead/<uuid:lead_id>")
def show_test_lead(visit: Visit, lead_id: str) -> ResponseReturnValue:
    """Follow one lead until its end; asked for again while it is on its way."""
    found_one = visit.session.execute(
        select(Lead, Delivery)
        .outerjoin(Delivery, Delivery.lead_id == Lead.id)
        .where(Lead.account_id == visit.account_id, Lead.id == lead_id)
    ).one_or_none()
    if found_one is None:
        raise Problem(404, "not-found")
    lead, delivery = found_one
    values = {"lead": lead, "delivery": delivery, "ended": lead.status.value in ENDED}
    if request.headers.get("HX-Request") == "true":
        return fragment("_integration_test_lead.html", **values)
    return render("integration_test_lead.html", **values)


def _known(integration: Integration) -> Known:
    row = {"integration_id": str(integration.id), "version": integration.parse_version}
    return Known.read(row | integration.parse_settings() | {"mapping": None})


def _taken(endpoint: Endpoint, known: Known, incoming: Incoming) -> Verdict:
    """Store it. Raises Problem."""
    try:
        return _accepted(endpoint, known, incoming)
    except AcceptError as error:
        raise Problem(503, "unavailable") from error


def _accepted(endpoint: Endpoint, known: Known, incoming: Incoming) -> Verdict:
    read = read_lead(incoming, known)
    if isinstance(read, Refused):
        raise Problem(read.status, read.code, read.detail, errors=_said(read))
    verdict = accept_lead(endpoint, known, read, incoming)
    if verdict.known is not None:  # the settings have changed in between
        raise Problem(409, "conflict", "Somebody has just changed the settings. Try again.")
    answer(verdict, read)
    return verdict


def _said(refused: Refused) -> list[dict[str, str]]:
    return [{name: str(value) for name, value in error.items()} for error in refused.errors]
