"""One lead: where it is and how it got there, and what an operator may decide about it."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from models.integrations import Integration
from models.lead_decisions import Standing
from models.lead_story import of_lead
from models.whereabouts import in_words, tell_leads
from web.api.consent import download_consent
from web.api.leads import discard_lead, retry_lead
from web.api.story_shapes import whole_story
from web.pages.frame import page
from web.pages.from_api import carry_out
from web.pages.leads import HERE
from web.pages.rendering import back_to, for_htmx, fragment, render
from web.pages.tones import LEAD_TONES, TEXT_TONES
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("pages_lead", __name__)

ONE = f"{HERE}/<uuid:lead_id>"


@page(bp, ONE)
def show_lead(visit: Visit, lead_id: UUID) -> ResponseReturnValue:
    standing = _found(visit, lead_id)
    told = tell_leads(visit.session, visit.account_id, [standing.lead])[lead_id]
    values = {
        "lead": standing.lead,
        "text": standing.delivery,
        "told": told,
        "when": in_words(told.at, visit.zone, datetime.now(UTC)) if told.at else "",
        "story": whole_story(visit.session, of_lead(standing.lead)),
        "may_retry": standing.against("retry_lead") is None,
        "may_discard": standing.against("discard_lead") is None,
        "integration": visit.session.get(Integration, standing.lead.integration_id),
        "body": (standing.lead.body or b"").decode(errors="replace"),
        "lead_tones": LEAD_TONES,
        "text_tones": TEXT_TONES,
    }
    return fragment("_lead.html", **values) if for_htmx() else render("lead.html", **values)


@page(bp, f"{ONE}/retry", "POST")
def retry(visit: Visit, lead_id: UUID) -> ResponseReturnValue:
    carry_out(visit, retry_lead(visit.call(), lead_id))
    visit.audit("retried the lead", str(lead_id))
    visit.toast("It is tried again now.")
    return back_to(f"{HERE}/{lead_id}")


@page(bp, f"{ONE}/discard", "POST")
def discard(visit: Visit, lead_id: UUID) -> ResponseReturnValue:
    carry_out(visit, discard_lead(visit.call(), lead_id))
    visit.audit("discarded the lead", str(lead_id))
    visit.toast("Discarded: it will not be texted.")
    return back_to(f"{HERE}/{lead_id}")


@page(bp, f"{ONE}/consent")
def download(visit: Visit, lead_id: UUID) -> Response:
    """The very file that the API gives."""
    return download_consent(visit.call(), lead_id)


def _found(visit: Visit, lead_id: UUID) -> Standing:
    found = Standing.of(visit.session, visit.account_id, lead_id)
    if found is None:
        raise Problem(404, "not-found")
    return found
