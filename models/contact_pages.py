"""One page of a list of contacts, and how many there are: quick at any place of any list.

Every order has its index (models/contacts.py). What a search or a label means can be asked of
each contact, or be named whole by an index of its own. PostgreSQL cannot tell which is the
quicker: it keeps no figures of rare words, and none of who came when. So a glance at the list
comes first, which finds a page of very many. Then the index is asked whether it names but few,
who are sorted. If it names more, a long stretch of the list is walked, which finds a page of
them, unless they are all somewhere else in the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from models.contact_lists import Narrowing, Sort, Wanted, named_by
from models.contacts import Contact

#: So few are named and sorted at once. Favorites lie far apart: walking there is dearer.
FEW = {Sort.NEWEST: 3_000, Sort.OLDEST: 3_000, Sort.FAVORITES: 8_000}

#: So many of a list are walked for others; and so many before the index is asked at all.
STRETCH = 20_000
GLANCE = 1_000


@dataclass(frozen=True)
class Place:
    """Where a page is: beyond the row with these sort values, or before it."""

    sort: Sort
    limit: int
    beyond: Sequence[Any] | None = None  # the keys of a row; None: the list's beginning
    backwards: bool = False  # the rows before it, still in the list's order

    @property
    def descending(self) -> bool:
        return (self.sort is not Sort.OLDEST) is not self.backwards


def page(session: Session, account_id: UUID, wanted: Wanted, place: Place) -> list[Contact]:
    """Return the contacts of one page, in the list's order."""
    rows = _Reading(session, account_id, wanted, place).rows()
    return rows[::-1] if place.backwards else rows


def key_values(contact: Contact, wanted: Wanted, sort: Sort) -> tuple[Any, ...]:
    """Return what sorts this contact within the list: a Place leads on from there."""
    return tuple(getattr(contact, key.key) for key in wanted.keys(sort))


def count(
    session: Session, account_id: UUID, wanted: Wanted, at_most: int | None = None
) -> int:
    """Count the contacts of a list, all of them or to *at_most*."""
    all_of_them = wanted.statement(session, account_id)
    narrowings = wanted.narrowings(session)
    few = [each for each in narrowings if each.means_at_most(session, FEW[Sort.NEWEST])][:1]
    if few:
        others = (each.of_each(Contact) for each in narrowings if each not in few)
        here = wanted.within(account_id)
        all_of_them = select(Contact).where(*here, named_by(*few), *others)
    some = all_of_them.with_only_columns(literal(1)).limit(at_most)
    return session.scalars(select(func.count()).select_from(some.subquery())).one()


def count_beyond(
    session: Session, account_id: UUID, wanted: Wanted, place: Place, at_most: int
) -> int:
    """Count, to *at_most*, those on that side of a row: near it, so each is asked."""
    asked = [each.of_each(Contact) for each in wanted.narrowings(session)]
    here = (*wanted.within(account_id), *_beyond(wanted, place), *asked)
    some = select(literal(1)).select_from(Contact).where(*here).limit(at_most).subquery()
    return session.scalars(select(func.count()).select_from(some)).one()


@dataclass(frozen=True)
class _Reading:
    session: Session
    account_id: UUID
    wanted: Wanted
    place: Place

    def rows(self) -> list[Contact]:
        narrowings = self.wanted.narrowings(self.session)
        plain = self._plain()
        if not narrowings:
            return self._read(plain, Contact)
        found = self._near(plain, narrowings, GLANCE)
        if len(found) == self.place.limit:
            return found
        many = FEW[self.place.sort]
        few = [each for each in narrowings if each.means_at_most(self.session, many)][:1]
        if not few:
            found = self._near(plain, narrowings, STRETCH)
            if len(found) == self.place.limit or not self._goes_on(plain):
                return found
        named = few or narrowings
        others = [each.of_each(Contact) for each in narrowings if each not in named]
        return self._read(plain.where(named_by(*named), *others), Contact)

    def _plain(self) -> Select[Contact]:
        here = self.wanted.within(self.account_id)
        return select(Contact).where(*here, *_beyond(self.wanted, self.place))

    def _near(
        self, plain: Select[Contact], narrowings: Sequence[Narrowing], many: int
    ) -> list[Contact]:
        stretch = self._sorted(plain, Contact).limit(many).subquery()
        near = aliased(Contact, stretch)
        asked = [each.of_each(near) for each in narrowings]
        return self._read(select(near).where(*asked), near)

    def _goes_on(self, plain: Select[Contact]) -> bool:
        """Say whether the list is longer than the stretch that was walked."""
        rest = self._sorted(plain.with_only_columns(Contact.id), Contact)
        return self.session.scalar(rest.offset(STRETCH).limit(1)) is not None

    def _read(self, statement: Select[Contact], of: type[Contact]) -> list[Contact]:
        limited = self._sorted(statement, of).limit(self.place.limit)
        return list(self.session.scalars(limited))

    def _sorted(self, statement: Select[Any], of: type[Contact]) -> Select[Any]:
        keys = [getattr(of, key.key) for key in self.wanted.keys(self.place.sort)]
        down = self.place.descending
        return statement.order_by(*(key.desc() if down else key.asc() for key in keys))


def _beyond(wanted: Wanted, place: Place) -> list[ColumnElement[bool]]:
    if place.beyond is None:
        return []
    keys = wanted.keys(place.sort)
    here = tuple_(*keys)
    last = tuple_(
        *(literal(value, key.type) for value, key in zip(place.beyond, keys, strict=True))
    )
    return [here < last if place.descending else here > last]
