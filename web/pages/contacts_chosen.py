"""Whom an operator has chosen: those with a mark, or everybody whom the filter means."""

from dataclasses import dataclass
from typing import Any

from flask import request

from models.contact_lists import ALL
from models.contact_pages import count
from web.pages.contacts_filter import Asked, asked_of
from web.pages.visit import Visit
from web.problems import Problem

#: More are chosen by a filter: a form has its limit.
MOST_MARKED = 1_000


@dataclass(frozen=True)
class Chosen:
    """The contacts meant, as the API takes them, and how many the operator saw."""

    asked: Asked  # the list that she was looking at
    many: int
    ids: tuple[str, ...] = ()  # none: all of the list

    @property
    def contacts(self) -> dict[str, Any]:
        if self.ids:
            return {"ids": list(self.ids)}
        return {"filter": self.asked.api_filter, "expected": self.many}

    @property
    def words(self) -> str:
        return "1 contact" if self.many == 1 else f"{self.many:,} contacts"

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The hidden fields that say the same again."""
        where = list(self.asked.api_filter.items())
        if self.ids:
            return [*where, *(("ids", each) for each in self.ids)]
        return [*where, ("all", "1"), ("expected", str(self.many))]


def chosen(visit: Visit) -> Chosen:
    """Read a form. Raises Problem(422) when more are marked than a form can carry."""
    sent = request.form
    where = asked_of(sent.get("folder", ALL), sent)
    if only := sent.get("only"):  # the button of one row
        return Chosen(where, 1, (only,))
    if sent.get("all"):
        return Chosen(where, _expected(visit, where))
    ids = tuple(dict.fromkeys(sent.getlist("ids")))
    if len(ids) > MOST_MARKED:
        detail = f"Up to {MOST_MARKED:,} can be marked one by one; select all matching instead."
        raise Problem(422, "invalid", detail)
    return Chosen(where, len(ids), ids)


def _expected(visit: Visit, where: Asked) -> int:
    """How many she saw; where her browser could not count, how many there are."""
    seen = request.form.get("expected", "")
    if seen.isascii() and seen.isdecimal():
        return int(seen[:9])
    return count(visit.session, visit.account_id, where.wanted)
