"""One contact: details, conversation, notes, labels, groups and the whole timeline.

What is done from here is done by a worker, as everything that moves people is; the page asks
again each second until the worker has done it.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from models.contact_lists import marks
from models.contact_words import Told, where_contacts_are
from models.contacts import Contact
from models.groups import Group, Label, Note
from models.jobs import Job
from models.lead_story import conversation, of_contact
from models.leads import Lead
from models.whereabouts import in_words, tell_leads
from web.api.contacts import ContactChange, change_contact, found_contact
from web.api.conversations import NoteMade, make_note
from web.api.story_shapes import newest_entries
from web.pages.frame import page
from web.pages.rendering import back_to, for_htmx, fragment, render
from web.pages.tones import FOUND_TONES, TEXT_TONES
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("pages_contact", __name__)

ONE = "/contacts/<uuid:contact_id>"

#: Texts and entries of the timeline that the page shows; the API pages through all of them.
MOST_TEXTS = 100
MOST_ENTRIES = 200
MOST_NOTES = 100

LONGEST_NOTE = 10_000
LONGEST_NAME = 200


@page(bp, ONE)
def show_contact(visit: Visit, contact_id: UUID) -> ResponseReturnValue:
    contact = _any_state(visit, contact_id)
    told = _told(visit, contact)
    when = in_words(told.at, visit.zone, datetime.now(UTC)) if told.at else ""
    values = {"contact": contact, "told": told, "when": when, "tones": FOUND_TONES}
    if contact.deleted_at is not None:
        return render("contact_gone.html", **values), 404
    values |= _facts(visit, contact)
    if for_htmx():
        return fragment("_contact.html", **values)
    return render("contact.html", **values, **_choices(visit))


@page(bp, f"{ONE}/notes", "POST")
def write_note(visit: Visit, contact_id: UUID) -> ResponseReturnValue:
    body = request.form.get("body", "").strip()
    if not body or len(body) > LONGEST_NOTE:
        visit.toast(f"A note has between 1 and {LONGEST_NOTE:,} characters.")
    else:
        make_note(visit.call(), NoteMade(body), contact_id)
        visit.audit("wrote a note", str(contact_id))
        visit.toast("Noted.")
    return back_to(f"/contacts/{contact_id}")


@page(bp, f"{ONE}/names", "POST")
def rename(visit: Visit, contact_id: UUID) -> ResponseReturnValue:
    first, last = (request.form.get(each, "").strip() for each in ("first_name", "last_name"))
    if not first or not all(_is_name(each) for each in (first, last)):
        visit.toast("A first name is needed; names are one line of 200 characters at most.")
    else:
        change_contact(visit.call(), ContactChange(first, last), contact_id)
        visit.audit("changed the names of a contact", str(contact_id))
        visit.toast("Saved.")
    return back_to(f"/contacts/{contact_id}")


def contact_of(visit: Visit, contact_id: UUID) -> Contact:
    """Return a living contact of the account. Raises Problem(404)."""
    return found_contact(visit.call(), contact_id)


def _any_state(visit: Visit, contact_id: UUID) -> Contact:
    """Return the contact even if it was deleted: its page then says by whom."""
    contact = visit.session.get(Contact, contact_id)
    if contact is None or contact.account_id != visit.account_id:
        raise Problem(404, "not-found")
    return contact


def _told(visit: Visit, contact: Contact) -> Told:
    """Where the contact is; of whom nothing can be said, the newest lead tells."""
    known = where_contacts_are(visit.session, [contact]).get(contact.id)
    if known is not None:
        return known
    newest = (
        select(Lead)
        .where(Lead.account_id == contact.account_id, Lead.phone == contact.phone)
        .order_by(Lead.received_at.desc(), Lead.id.desc())
        .limit(1)
    )
    lead = visit.session.scalar(newest)
    if lead is None:
        return Told("known", "in no group and not in the opt-in queue", None)
    return tell_leads(visit.session, visit.account_id, [lead])[lead.id]


def _facts(visit: Visit, contact: Contact) -> dict[str, Any]:
    session = visit.session
    texts = conversation(contact)
    notes = select(Note).where(Note.contact_id == contact.id)
    latest = select(texts).order_by(texts.c.at.desc(), texts.c.id.desc()).limit(MOST_TEXTS)
    return {
        "marks": marks(session, [contact.id])[contact.id],
        "texts": session.execute(latest).all()[::-1],
        "notes": session.scalars(notes.order_by(Note.at.desc()).limit(MOST_NOTES)).all(),
        "story": newest_entries(session, of_contact(contact), MOST_ENTRIES),
        "text_tones": TEXT_TONES,
        "pending": _pending(visit),
    }


def _choices(visit: Visit) -> dict[str, Any]:
    """The groups and labels that the dialogs offer."""
    return {
        "groups": _named(visit, Group),
        "all_labels": _named(visit, Label),
    }


def _named(visit: Visit, kind: type[Group | Label]) -> list[tuple[str, str]]:
    query = select(kind.id, kind.name).where(kind.account_id == visit.account_id)
    rows = visit.session.execute(query.order_by(func.lower(kind.name)))
    return [(str(id_), name) for id_, name in rows]


def _pending(visit: Visit) -> Job | None:
    """The job that was asked for here a moment ago, until it has ended."""
    try:
        job_id = UUID(request.args.get("job", ""))
    except ValueError:
        return None
    job = Job.of_account(visit.session, visit.account_id, job_id)
    return job if job is not None and job.is_open else None


def _is_name(text: str) -> bool:
    return len(text) <= LONGEST_NAME and (text.isprintable() or not text)
