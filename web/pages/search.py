"""The search of every page's header: "where is Jane Smith?", answered in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from models.whereabouts import MOST, Hit, whereabouts
from web.pages.frame import page
from web.pages.rendering import render
from web.pages.tones import FOUND_TONES
from web.pages.visit import Visit

bp = Blueprint("pages_search", __name__)

#: What was typed, as far as it is looked at.
LONGEST = 200

_KINDS = {
    "contact": ("Contact", "/contacts/{}"),
    "lead": ("Lead", "/activity/leads/{}"),
    "suppression": ("Suppression", "/contacts/suppressed?q={}"),
    "rejection": ("Refused request", "/activity/rejections/{}"),
}


class Line(NamedTuple):
    """A hit as it is shown."""

    kind: str
    status: str
    sentence: str
    link: str | None


@dataclass
class Person:
    """Everything that was found of one number, or of one request without any."""

    name: str
    phone: str | None
    lines: list[Line] = field(default_factory=list)


@page(bp, "/search")
def search(visit: Visit) -> ResponseReturnValue:
    q = request.args.get("q", "").strip()[:LONGEST]
    hits = whereabouts(visit.session, visit.account_id, q) if q else []
    return render(
        "search.html",
        q=q,
        people=_people(visit, hits),
        capped=any(_many(hits, kind) >= MOST for kind in _KINDS),
        tones=FOUND_TONES,
    )


def _people(visit: Visit, hits: Iterable[Hit]) -> list[Person]:
    """Put together what has one number, in the order of what was found first."""
    now = datetime.now(UTC)
    found: dict[object, Person] = {}
    for hit in hits:
        person = found.setdefault(hit.phone or hit.id, Person(hit.name, hit.phone))
        person.name = person.name or hit.name
        sentence = hit.sentence(visit.zone, now)
        person.lines.append(Line(_KINDS[hit.kind][0], hit.told.status, sentence, _link(hit)))
    return [*found.values()]


def _link(hit: Hit) -> str | None:
    if hit.kind == "contact" and hit.told.status == "deleted":
        return None  # its page is gone; its leads tell the rest
    at = hit.phone.lstrip("+") if hit.kind == "suppression" and hit.phone else str(hit.id)
    return _KINDS[hit.kind][1].format(at)


def _many(hits: Iterable[Hit], kind: str) -> int:
    return sum(hit.kind == kind for hit in hits)
