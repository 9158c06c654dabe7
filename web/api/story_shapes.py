"""How the API shows the timeline, wherever an answer holds one."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Subquery, select
from sqlalchemy.orm import Session

from web.api.job_shapes import Person, person
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.schema import Time


class EntryShape(msgspec.Struct):
    at: Time
    kind: str
    text: str
    by: Person | None
    lead_id: UUID | None
    request_id: str | None


def whole_story(session: Session, story: Subquery) -> list[EntryShape]:
    """Return every entry of a story, oldest first."""
    query = _entries(story).order_by(*_order(story).keys)
    return [_entry(*row) for row in session.execute(query)]


def newest_entries(session: Session, story: Subquery, most: int) -> list[EntryShape]:
    """Return the last entries of a story, oldest first all the same."""
    latest = [key.desc() for key in _order(story).keys]
    rows = session.execute(_entries(story).order_by(*latest).limit(most)).all()
    return [_entry(*row) for row in reversed(rows)]


def story_page(session: Session, story: Subquery, query: PageQuery) -> Page[EntryShape]:
    rows, next_cursor = page_rows(session, _entries(story), _order(story), query)
    return Page([_entry(*row) for row in rows], next_cursor)


def _entries(story: Subquery) -> Any:
    columns = story.c
    return select(
        columns.at,
        columns.kind,
        columns.text,
        columns.by_id,
        columns.by_name,
        columns.lead_id,
        columns.request_id,
    )


def _order(story: Subquery) -> Order:
    keys = (story.c.at, story.c.number, story.c.lead_key)
    return Order("story", keys, descending=False)


def _entry(*row: Any) -> EntryShape:
    at, kind, text, by_id, by_name, lead_id, request_id = row
    return EntryShape(at, kind, text, person(by_id, by_name), lead_id, request_id)
