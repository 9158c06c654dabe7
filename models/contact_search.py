"""Finding people by what an operator types: the beginnings of names, or parts of a number.

Migration 0004 keeps the terms of each contact; this module turns what was typed into a
condition on them. A word matches the beginning of any word of the names, case and accents
ignored; three or more digits match any part of the number.
"""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Cast, ColumnElement, and_, any_, cast, exists, false, func, select, true
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.contacts import Contact, ContactSearch
from models.leads import Lead

#: More of what was typed is not looked at.
LONGEST_TYPED = 200
SHORTEST_PART = 3

#: A search is for many when it means so many of the newest contacts.
SAMPLE = 1_000
MANY = 20

_DECORATION = re.compile(r"[\s()+.\-/]+")


@dataclass(frozen=True)
class Typed:
    """What was typed, taken apart: folded beginnings of names, and parts of a number."""

    beginnings: tuple[str, ...]
    parts: tuple[str, ...]

    @classmethod
    def read(cls, session: Session, typed: str) -> "Typed":
        words = typed[:LONGEST_TYPED].split()
        digits = [_DECORATION.sub("", word) for word in words]
        parts = tuple(part for part in digits if _is_part(part))
        whole = "".join(digits)
        if _is_digits(whole):  # a number as people write it, with a country code perhaps
            return cls((), parts or ((whole,) if _is_part(whole) else ()))
        names = " ".join(
            word for word, part in zip(words, digits, strict=True) if not _is_part(part)
        )
        folded: str = session.scalars(select(func.fold_name(names))).one()
        return cls(tuple(folded.split()), parts)

    def of_contacts(self, session: Session, account_id: UUID) -> ColumnElement[bool]:
        """The condition that a contact of this account is meant, in the quicker of two forms.

        Where many are meant, a list in its order soon has a page of them; where few are, the
        index names them all. PostgreSQL cannot tell which: it keeps no figures of rare words.
        """
        if not self.beginnings and not self.parts:
            return false()
        return self.contacts() if self._are_many(session, account_id) else self._few()

    def contacts(self) -> ColumnElement[bool]:
        """The condition that a contact is meant, asked of each contact by itself."""
        if not self.beginnings and not self.parts:
            return false()
        # A scalar subquery, which is never turned into a join that would read all of them.
        matches = select(ContactSearch.terms.bool_op("@@")(self._terms()))
        own = matches.where(ContactSearch.contact_id == Contact.id).scalar_subquery()
        return and_(own.is_(true()), *self._numbers(Contact.phone))

    def _few(self) -> ColumnElement[bool]:
        found = select(ContactSearch.contact_id).where(
            ContactSearch.terms.bool_op("@@")(self._terms())
        )
        return and_(
            Contact.id == any_(func.array(found.scalar_subquery())),
            *self._numbers(Contact.phone),
        )

    def _are_many(self, session: Session, account_id: UUID) -> bool:
        """Look at the newest contacts: is one in fifty of them meant?"""
        newest = (
            select(Contact.id)
            .where(Contact.account_id == account_id, Contact.deleted_at.is_(None))
            .order_by(Contact.first_seen_at.desc(), Contact.id.desc())
            .limit(SAMPLE)
            .subquery()
        )
        meant = (
            select(func.count())
            .select_from(newest)
            .where(
                exists().where(
                    ContactSearch.contact_id == newest.c.id,
                    ContactSearch.terms.bool_op("@@")(self._terms()),
                )
            )
        )
        return session.scalars(meant).one() >= MANY

    def leads(self) -> ColumnElement[bool]:
        """The condition that a lead is meant. Leads have no terms kept: this reads each."""
        if not self.beginnings and not self.parts:
            return false()
        names = " " + func.fold_name(Lead.first_name + " " + Lead.last_name)
        begins = (names.contains(f" {word}", autoescape=True) for word in self.beginnings)
        return and_(*begins, *self._numbers(Lead.phone))

    def phones(self, phone: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        """The condition on a number alone; names match nothing."""
        if self.beginnings or not self.parts:
            return false()
        return and_(*self._numbers(phone))

    def _terms(self) -> Cast[str]:
        threes = (
            f"'#{part[at : at + SHORTEST_PART]}'"
            for part in self.parts
            for at in range(len(part) - SHORTEST_PART + 1)
        )
        # fold_name has left no quote and no backslash in a word
        wanted = " & ".join([*(f"'{word}':*" for word in self.beginnings), *threes])
        return cast(wanted, TSQUERY)

    def _numbers(
        self, phone: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
    ) -> list[ColumnElement[bool]]:
        return [phone.contains(part, autoescape=True) for part in self.parts]


def _is_digits(word: str) -> bool:
    return word.isascii() and word.isdecimal()


def _is_part(word: str) -> bool:
    return _is_digits(word) and len(word) >= SHORTEST_PART
