"""Contacts, all of them; and what a click in any list of contacts does to one of them."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from models.contact_lists import ALL
from models.contact_pages import count
from web.api.contacts import ContactChange, change_contact, found_contact
from web.pages.contacts_filter import asked, asked_of
from web.pages.contacts_list import shown
from web.pages.frame import page
from web.pages.rendering import back_to, for_htmx, fragment, render
from web.pages.visit import Visit

bp = Blueprint("pages_contacts", __name__)


@page(bp, "/contacts")
def show_contacts(visit: Visit) -> ResponseReturnValue:
    found = shown(visit, asked(ALL, request.args))
    if for_htmx():
        return fragment("_contacts_rows.html", list=found)
    return render("contacts_all.html", list=found)


@page(bp, "/contacts/count")
def count_contacts(visit: Visit) -> ResponseReturnValue:
    """Count everybody whom a filter means, for "select all matching": exact, so only then."""
    found = asked_of(request.args.get("folder", ALL), request.args)
    return {"count": count(visit.session, visit.account_id, found.wanted)}


@page(bp, "/contacts/<uuid:contact_id>/favorite", "POST")
def mark_favorite(visit: Visit, contact_id: UUID) -> ResponseReturnValue:
    wanted = request.form.get("favorite") == "yes"
    change_contact(visit.call(), ContactChange(favorite=wanted), contact_id)
    contact = found_contact(visit.call(), contact_id)
    name = f"{contact.first_name} {contact.last_name}".strip()
    visit.audit("marked as favorite" if wanted else "unmarked as favorite", name)
    if for_htmx():
        return fragment("_contacts_star.html", contact=contact)
    return back_to(local(request.form.get("back", "")))


def local(path: str) -> str:
    """Return where a form came from; only lists of contacts send theirs."""
    return path if path.startswith("/contacts") else "/contacts"
