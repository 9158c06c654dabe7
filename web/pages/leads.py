"""Activity, leads: every lead that came in, where it is, and what may be decided about it.

The rows on a page stay while it is looked at: a poll asks for those very rows again and counts
the leads that came since, so that nothing moves under the pointer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, literal, select, tuple_

from models.contact_words import Told
from models.leads import Lead, LeadStatus
from models.many import is_one_of
from models.whereabouts import tell_leads
from web.api.exports import LeadsWanted, export_leads
from web.api.leads import LeadQuery, leads_of, meant
from web.api.schema import read_query
from web.pages.frame import page
from web.pages.from_api import carry_out, ids_of, sent
from web.pages.rendering import back_to, for_htmx, fragment, render, url_with
from web.pages.tones import LEAD_TONES
from web.pages.visit import Visit

bp = Blueprint("pages_leads", __name__)

HERE = "/activity/leads"

#: Newer leads are counted so far: "99+".
MOST_NEW = 99


@dataclass(frozen=True)
class Shown:
    """What a page of leads shows."""

    query: LeadQuery
    leads: Sequence[Lead]
    told: dict[UUID, Told]
    next_cursor: str | None
    new: int
    poll: str


@bp.app_template_filter("told")
def as_sentence(text: str) -> str:
    """Begin a sentence of the models, which they begin in small letters, with a big one."""
    return text[:1].upper() + text[1:]


@page(bp, HERE)
def show_leads(visit: Visit) -> ResponseReturnValue:
    query = read_query(LeadQuery, sent())
    polled = for_htmx() and "shown" in request.args
    shown = _as_they_are_now(visit, query) if polled else _first_sight(visit, query)
    values = {"shown": shown, "tones": LEAD_TONES, "statuses": [*LeadStatus]}
    return fragment("_leads.html", **values) if polled else render("leads.html", **values)


@page(bp, f"{HERE}/export", "POST")
def export(visit: Visit) -> ResponseReturnValue:
    """Lead to the job that writes the file."""
    asked = read_query(LeadsWanted, request.form)
    reply = export_leads(visit.call(), asked)
    carry_out(visit, reply)
    visit.audit("exported leads", asked.q)
    return back_to(str(reply.location).replace("/api/v1/jobs", "/activity/jobs"))


def _first_sight(visit: Visit, query: LeadQuery) -> Shown:
    standings, next_cursor = leads_of(visit.call(), query)
    leads = [each.lead for each in standings]
    ids = ",".join(each.id.hex for each in leads)
    poll = url_with(shown=ids, next=next_cursor, dialog=None)
    return _shown(visit, query, leads, (next_cursor, 0, poll))


def _as_they_are_now(visit: Visit, query: LeadQuery) -> Shown:
    """Read the rows on the screen again, in their order, whatever became of them."""
    ids = ids_of(request.args["shown"])
    rows = select(Lead).where(Lead.account_id == visit.account_id, is_one_of(Lead.id, ids))
    found = {each.id: each for each in visit.session.scalars(rows)}
    leads = [found[each] for each in ids if each in found]
    new = 0 if query.cursor else _count_new(visit, query, leads)
    poll = request.full_path
    return _shown(visit, query, leads, (request.args.get("next"), new, poll))


def _shown(
    visit: Visit,
    query: LeadQuery,
    leads: Sequence[Lead],
    around: tuple[str | None, int, str],
) -> Shown:
    told = tell_leads(visit.session, visit.account_id, leads)
    return Shown(query, leads, told, *around)


def _count_new(visit: Visit, query: LeadQuery, leads: Sequence[Lead]) -> int:
    """Count those that came after the first row, as far as anybody wants to know."""
    wanted = meant(visit.call(), query)
    if leads:
        first = tuple_(literal(leads[0].received_at), literal(leads[0].id))
        wanted.append(tuple_(Lead.received_at, Lead.id) > first)
    some = select(literal(1)).select_from(Lead).where(*wanted).limit(MOST_NEW + 1)
    return visit.session.scalars(select(func.count()).select_from(some.subquery())).one()
