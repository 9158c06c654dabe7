"""What an address asks of a list of contacts: folder, search, filters, order and page.

All of it is in the address, so that Back, a bookmark and a colleague see the same list. What
an old or a mistyped address says wrongly does not count.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode
from uuid import UUID

from models.contact_lists import ALL, OPTIN_QUEUE, Sort, Wanted
from models.contact_pages import Place
from web.api.contacts import list_order
from web.api.pages import read_cursor, write_cursor
from web.problems import Problem

PAGE = 50

PATHS = {ALL: "/contacts", OPTIN_QUEUE: "/contacts/opt-in-queue"}


@dataclass(frozen=True)
class Asked:
    """One list as an address asks for it."""

    wanted: Wanted
    sort: Sort = Sort.NEWEST
    cursor: str | None = None  # the row that the page comes after
    before: str | None = None  # the row that the page comes before
    #: What a poll says is on the screen, and the row that was first there.
    shown: tuple[UUID, ...] = field(default=())
    top: str | None = None

    @property
    def path(self) -> str:
        folder = self.wanted.folder
        return f"/contacts/groups/{folder}" if isinstance(folder, UUID) else PATHS[folder]

    @property
    def folder(self) -> str:
        """The folder as the API names it."""
        folder = self.wanted.folder
        return f"group:{folder}" if isinstance(folder, UUID) else folder

    @property
    def filters(self) -> dict[str, str]:
        """The parameters that say who is wanted, as the address has them."""
        wanted = self.wanted
        landline = {None: "", True: "true", False: "false"}[wanted.landline]
        found = {"q": wanted.q, "label": str(wanted.label or ""), "landline": landline}
        return {name: value for name, value in found.items() if value}

    @property
    def api_filter(self) -> dict[str, str]:
        """The same as an action on all of them takes it."""
        return {"folder": self.folder, **self.filters}

    @property
    def key(self) -> str:
        """Tells lists apart: a selection is of one of them."""
        return urlencode(self.api_filter)

    @property
    def is_first_page(self) -> bool:
        return self.cursor is None and self.before is None

    def address(self, **changed: str | None) -> str:
        """Make the address of this list with other parameters; None takes one away."""
        sort = {} if self.sort is Sort.NEWEST else {"sort": self.sort.value}
        here = {"cursor": self.cursor, "before": self.before}
        kept: dict[str, str | None] = {**self.filters, **sort, **here, **changed}
        pairs = {name: value for name, value in kept.items() if value}
        return self.path + (f"?{urlencode(pairs)}" if pairs else "")

    def place(self, many: int) -> Place:
        """Where the page is. A cursor of another order does not count."""
        cursor = self.before or self.cursor
        if cursor is None:
            return Place(self.sort, many)
        try:
            beyond = read_cursor(cursor, list_order(self.wanted, self.sort))
        except Problem:
            return Place(self.sort, many)
        return Place(self.sort, many, beyond, backwards=self.before is not None)

    def written(self, values: tuple[object, ...]) -> str:
        """Name the row with these sort values, for the address of another page."""
        return write_cursor(list_order(self.wanted, self.sort), values)

    def first_page(self) -> "Asked":
        return replace(self, cursor=None, before=None)


def asked(folder: str | UUID, sent: Mapping[str, str]) -> Asked:
    """Read what an address or a form asks of a folder."""
    landline = {"true": True, "false": False}.get(sent.get("landline", ""))
    sort = sent.get("sort", "")
    shown = (_uuid(each) for each in sent.get("shown", "").split(",")[:PAGE])
    return Asked(
        Wanted(folder, sent.get("q", "").strip(), _uuid(sent.get("label", "")), landline),
        Sort(sort) if sort in {*Sort} else Sort.NEWEST,
        sent.get("cursor") or None,
        sent.get("before") or None,
        tuple(each for each in shown if each is not None),
        sent.get("top") or None,
    )


def asked_of(folder: str, sent: Mapping[str, str]) -> Asked:
    """Read the same where the folder is named as the API names it. Raises Problem(404)."""
    if folder in PATHS:
        return asked(folder, sent)
    group_id = _uuid(folder.removeprefix("group:"))
    if group_id is None:
        raise Problem(404, "not-found")
    return asked(group_id, sent)


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None
