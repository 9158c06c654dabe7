"""The 1:1 profile of a contact: the conversation, the timeline, the notes of the team."""

from typing import Annotated
from uuid import UUID

import msgspec
from sqlalchemy import select

from models.groups import Note
from models.lead_story import conversation, of_contact
from web.api.auth import Call
from web.api.contacts import ONE, found_contact
from web.api.job_shapes import Person, person
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.replies import Reply
from web.api.schema import Time
from web.api.story_shapes import EntryShape, story_page

_OLDEST_NOTES = Order("notes", (Note.at, Note.id), descending=False)


class MessageShape(msgspec.Struct):
    """A text of the conversation: `in` is the person's, `out` is ours."""

    id: UUID
    direction: str
    body: str
    status: str
    sid: str | None
    error_code: int | None
    at: Time


class NoteShape(msgspec.Struct):
    id: UUID
    body: str
    by: Person | None
    at: Time


class NoteMade(msgspec.Struct):
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000, pattern=r"\S")]


@operation(
    "GET",
    f"{ONE}/messages",
    Spec("Show the conversation", {200: Page[MessageShape]}, query=PageQuery),
)
def list_messages(call: Call, query: PageQuery, contact_id: UUID) -> Page[MessageShape]:
    texts = conversation(found_contact(call, contact_id))
    order = Order("messages", (texts.c.at, texts.c.id), descending=False)
    rows, next_cursor = page_rows(call.session, select(texts), order, query)
    return Page([MessageShape(*row) for row in rows], next_cursor)


@operation(
    "GET",
    f"{ONE}/timeline",
    Spec("Show the timeline of a contact", {200: Page[EntryShape]}, query=PageQuery),
)
def list_timeline(call: Call, query: PageQuery, contact_id: UUID) -> Page[EntryShape]:
    return story_page(call.session, of_contact(found_contact(call, contact_id)), query)


@operation(
    "GET", f"{ONE}/notes", Spec("List the notes", {200: Page[NoteShape]}, query=PageQuery)
)
def list_notes(call: Call, query: PageQuery, contact_id: UUID) -> Page[NoteShape]:
    contact = found_contact(call, contact_id)
    notes = select(Note).where(Note.contact_id == contact.id)
    rows, next_cursor = page_rows(call.session, notes, _OLDEST_NOTES, query)
    return Page([_note_shape(note) for (note,) in rows], next_cursor)


@operation(
    "POST",
    f"{ONE}/notes",
    Spec("Write a note", {201: NoteShape}, body=NoteMade, idempotent=True),
)
def make_note(call: Call, body: NoteMade, contact_id: UUID) -> Reply:
    contact = found_contact(call, contact_id, lock=True)
    note = Note(
        account_id=call.account_id,
        contact_id=contact.id,
        body=body.body,
        by_id=call.by.id,
        by_name=call.by.name,
    )
    call.session.add(note)
    call.session.flush()
    return Reply(_note_shape(note), 201)


def _note_shape(note: Note) -> NoteShape:
    return NoteShape(note.id, note.body, person(note.by_id, note.by_name), note.at)
