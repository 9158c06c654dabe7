"""One page of contacts as it is shown: its rows, who has left it meanwhile, and who is new.

A poll names the rows on the screen. They stay where they are: somebody who has left says why,
and those who came are told as a number, so that nothing jumps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from models.contact_lists import OPTIN_QUEUE, Marks, Sort, marks
from models.contact_pages import Place, count_beyond, key_values, page
from models.contacts import Contact
from models.groups import Label
from models.leavings import Leaving, leavings
from models.many import is_one_of
from web.pages.contacts_filter import PAGE, Asked
from web.pages.visit import Visit

#: More new ones than this are "99+".
MOST_NEW = 99


@dataclass(frozen=True)
class Row:
    contact: Contact
    marks: Marks
    left: Leaving | None = None  # why it is no longer in this list


@dataclass(frozen=True)
class Shown:
    """A page of a list: what its templates show."""

    asked: Asked
    rows: list[Row]
    new: int
    next_page: str | None
    previous_page: str | None
    poll: str  # the address that tells what has changed
    labels: Sequence[Label]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.asked.filters)

    @property
    def in_queue(self) -> bool:
        return self.asked.wanted.folder == OPTIN_QUEUE


def shown(visit: Visit, asked: Asked) -> Shown:
    """Read the page that the address asks for, or bring the one on the screen up to date."""
    if asked.shown:
        rows = _as_they_are_now(visit, asked)
        return _described(visit, asked, rows, _new_ones(visit, asked))
    contacts = page(visit.session, visit.account_id, asked.wanted, asked.place(PAGE + 1))
    return _described(visit, asked, _rows(visit, _cut(asked, contacts)), 0, contacts)


def _described(
    visit: Visit, asked: Asked, rows: list[Row], new: int, read: Sequence[Contact] = ()
) -> Shown:
    keys = [
        asked.written(key_values(row.contact, asked.wanted, asked.sort))
        for row in rows
        if row.left is None
    ]
    top = asked.top or (keys[0] if keys else None)
    ids = ",".join(row.contact.id.hex for row in rows)
    more = len(read) > PAGE or len(asked.shown) == PAGE
    return Shown(
        asked,
        rows,
        new,
        next_page=_next(asked, keys, more=more),
        previous_page=_previous(asked, keys, more=more),
        poll=asked.address(shown=ids, top=top),
        labels=_labels(visit),
    )


def _next(asked: Asked, keys: list[str], *, more: bool) -> str | None:
    if not keys or not (more or asked.before is not None):
        return None
    return asked.address(cursor=keys[-1], before=None)


def _previous(asked: Asked, keys: list[str], *, more: bool) -> str | None:
    at_the_beginning = asked.is_first_page or (asked.before is not None and not more)
    if not keys or at_the_beginning:
        return None
    return asked.address(before=keys[0], cursor=None)


def _cut(asked: Asked, contacts: list[Contact]) -> list[Contact]:
    """Drop the one that was read only to know whether there are more."""
    return contacts[-PAGE:] if asked.before is not None else contacts[:PAGE]


def _rows(visit: Visit, contacts: Sequence[Contact]) -> list[Row]:
    marked = marks(visit.session, [contact.id for contact in contacts])
    return [Row(contact, marked[contact.id]) for contact in contacts]


def _as_they_are_now(visit: Visit, asked: Asked) -> list[Row]:
    """Read the rows on the screen again, in their order."""
    query = select(Contact).where(
        Contact.account_id == visit.account_id, is_one_of(Contact.id, asked.shown)
    )
    found = {contact.id: contact for contact in visit.session.scalars(query)}
    rows = _rows(visit, [found[each] for each in asked.shown if each in found])
    gone = [row.contact for row in rows if not _belongs(row, asked.wanted.folder)]
    why = leavings(visit.session, [contact.id for contact in gone])
    lost = {contact.id: why.get(contact.id, Leaving()) for contact in gone}
    return [replace(row, left=lost.get(row.contact.id)) for row in rows]


def _belongs(row: Row, folder: str | UUID) -> bool:
    if row.contact.deleted_at is not None:
        return False
    if isinstance(folder, UUID):
        return any(group_id == folder for group_id, _ in row.marks.groups)
    return folder != OPTIN_QUEUE or row.contact.queued_at is not None


def _new_ones(visit: Visit, asked: Asked) -> int:
    """Count who has come since, where the list begins with the newest."""
    if asked.top is None or asked.sort is not Sort.NEWEST or not asked.is_first_page:
        return 0
    top = replace(asked, cursor=asked.top).place(PAGE).beyond
    if top is None:
        return 0
    above = Place(asked.sort, PAGE, top, backwards=True)
    return count_beyond(visit.session, visit.account_id, asked.wanted, above, MOST_NEW + 1)


def _labels(visit: Visit) -> Sequence[Label]:
    mine = select(Label).where(Label.account_id == visit.account_id)
    return visit.session.scalars(mine.order_by(Label.name)).all()
