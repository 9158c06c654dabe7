"""Finding people by what an operator types: the beginnings of names, or parts of a number.

Migration 0004 keeps the terms of each contact; this module turns what was typed into a
condition on them. A word matches the beginning of any word of the names, case and accents
ignored; three or more digits match any part of the number.
"""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Cast, ColumnElement, Select, and_, cast, false, func, or_, select, true
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.contacts import Contact, ContactSearch
from models.leads import Lead

#: More of what was typed is not looked at.
LONGEST_TYPED = 200
LONGEST_FOLDED = 400  # of a name as it is kept: one sign may be folded to many letters
SHORTEST_PART = 3

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
        return cls(tuple(folded[:LONGEST_FOLDED].split()), parts)

    @property
    def is_nobody(self) -> bool:
        """Say whether nothing was typed that could mean anybody."""
        return not self.beginnings and not self.parts

    def contacts(self, of: type[Contact] = Contact) -> ColumnElement[bool]:
        """The condition that a contact is meant, asked of each contact by itself."""
        if self.is_nobody:
            return false()
        numbers = self.numbers(of.phone)
        if not self.beginnings:
            return and_(*numbers)
        # A scalar subquery, which is never turned into a join that would read all of them.
        matches = select(ContactSearch.terms.bool_op("@@")(self._terms()))
        own = matches.where(ContactSearch.contact_id == of.id).scalar_subquery()
        return and_(self._may_begin(of), own.is_(true()), *numbers)

    def ids(self) -> Select[UUID]:
        """Select those who are meant, of any account, as the index knows them.

        Of a number it knows three digits in a row: the rest is asked with `numbers`.
        """
        meant = false() if self.is_nobody else ContactSearch.terms.bool_op("@@")(self._terms())
        return select(ContactSearch.contact_id).where(meant)

    def leads(self) -> ColumnElement[bool]:
        """The condition asked of a lead itself; models/lead_search.py has the terms of most."""
        if self.is_nobody:
            return false()
        names = " " + func.fold_name(Lead.first_name + " " + Lead.last_name)
        begins = (names.contains(f" {word}", autoescape=True) for word in self.beginnings)
        return and_(*begins, *self.numbers(Lead.phone))

    def phones(self, phone: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        """The condition on a number alone; names match nothing."""
        if self.beginnings or not self.parts:
            return false()
        return and_(*self.numbers(phone))

    def _may_begin(self, of: type[Contact]) -> ColumnElement[bool]:
        """Rule most others out by the contact's own row, before its terms are looked up.

        Only names of plain letters: accents and apostrophes are for fold_name to judge.
        """
        names = of.first_name + " " + of.last_name
        plain = func.lower(names)
        return or_(
            and_(*(plain.contains(word, autoescape=True) for word in self.beginnings)),
            func.octet_length(names) != func.char_length(names),
            names.contains("'"),
            names.contains("`"),
        )

    def _terms(self) -> Cast[str]:
        threes = (
            f"'#{part[at : at + SHORTEST_PART]}'"
            for part in self.parts
            for at in range(len(part) - SHORTEST_PART + 1)
        )
        # fold_name has left no quote and no backslash in a word
        wanted = " & ".join([*(f"'{word}':*" for word in self.beginnings), *threes])
        return cast(wanted, TSQUERY)

    def numbers(
        self, phone: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
    ) -> list[ColumnElement[bool]]:
        """The conditions that a number has every part that was typed."""
        return [phone.contains(part, autoescape=True) for part in self.parts]


def _is_digits(word: str) -> bool:
    return word.isascii() and word.isdecimal()


def _is_part(word: str) -> bool:
    return _is_digits(word) and len(word) >= SHORTEST_PART
