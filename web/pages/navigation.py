"""What the navigation shows: every place there is; the opt-in queue only with people in it."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, literal, select

from models.contacts import Contact
from web.pages.visit import Visit

QUEUE = "/contacts/opt-in-queue"

#: Counting stops here: "1000+".
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Place:
    """A link of the navigation; `key` is what `g` is followed by on the keyboard."""

    title: str
    path: str
    key: str = ""
    owners: bool = False


#: Sections by title; the first has none.
SECTIONS: tuple[tuple[str, tuple[Place, ...]], ...] = (
    ("", (Place("Overview", "/", "h"),)),
    ("Workflows", (Place("Integrations", "/integrations", "i"),)),
    (
        "Contacts",
        (
            Place("Opt-in queue", QUEUE, "q"),
            Place("All contacts", "/contacts", "c"),
            Place("Groups", "/contacts/groups"),
            Place("Labels", "/contacts/labels"),
            Place("Suppressed contacts", "/contacts/suppressed", "s"),
            Place("Campaigns", "/campaigns"),
        ),
    ),
    (
        "Activity",
        (
            Place("Leads", "/activity/leads", "l"),
            Place("Rejections", "/activity/rejections", "r"),
            Place("Jobs", "/activity/jobs", "j"),
            Place("Workers", "/workers", "w"),
        ),
    ),
    (
        "Settings",
        (
            Place("Account", "/settings/account"),
            Place("Phone numbers", "/settings/phone-numbers"),
            Place("Team", "/settings/team"),
            Place("API keys", "/settings/api-keys", owners=True),
            Place("Sign-ins", "/settings/sign-ins"),
            Place("Audit", "/settings/audit", owners=True),
        ),
    ),
)


@dataclass(frozen=True)
class Link:
    """A place as it is shown now."""

    title: str
    path: str
    key: str
    here: bool
    count: str = ""


def navigation(visit: Visit, path: str) -> list[tuple[str, list[Link]]]:
    """Return the sections for this operator; *path* is where she is."""
    waiting = _waiting(visit)
    here = _place_of(path)
    shown = []
    for title, places in SECTIONS:
        links = [
            Link(place.title, place.path, place.key, place.path == here, _count(place, waiting))
            for place in places
            if _is_shown(place, visit, waiting)
        ]
        if links:
            shown.append((title, links))
    return shown


def _is_shown(place: Place, visit: Visit, waiting: int) -> bool:
    if place.path == QUEUE and not waiting:
        return False
    return place.path in _addresses() and (visit.is_owner or not place.owners)


def _count(place: Place, waiting: int) -> str:
    if place.path != QUEUE:
        return ""
    return f"{waiting:,}" if waiting <= MOST_COUNTED else f"{MOST_COUNTED:,}+"


def _waiting(visit: Visit) -> int:
    """Count who is in the opt-in queue, as far as a person would."""
    some = (
        select(literal(1))
        .where(Contact.account_id == visit.account_id, Contact.queued_at.is_not(None))
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return visit.session.scalars(select(func.count()).select_from(some)).one()


def _place_of(path: str) -> str:
    """Return the place that a path is in: the longest of those that it begins with."""
    paths = [place.path for _, places in SECTIONS for place in places]
    within = [each for each in paths if path == each or path.startswith(f"{each}/")]
    return max(within, key=len, default="")


def _addresses() -> frozenset[str]:
    """Return the addresses that answer at all."""
    known: frozenset[str] | None = current_app.extensions.get("addresses")
    if known is None:
        known = frozenset(rule.rule for rule in current_app.url_map.iter_rules())
        current_app.extensions["addresses"] = known
    return known
