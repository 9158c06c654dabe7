"""Whom an action is for: the contacts named by their ids, or all that a filter matches now."""

from typing import Annotated, Any
from uuid import UUID

import msgspec

from models.contact_lists import ALL, Sort, Wanted
from models.jobs import Job
from models.selections import choose, count_known
from web.api.auth import Call
from web.api.contacts import read_folder, read_label
from web.api.schema import field_error, invalid

MOST_IDS = 10_000
GROUP = "group:"

#: A number of contacts; the column that keeps it holds no larger one.
Many = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class Filter(msgspec.Struct, forbid_unknown_fields=True):
    """What GET /contacts takes. A name that is not one of these would widen the selection."""

    folder: str = ALL
    sort: Sort | None = None
    q: str = ""
    label: UUID | None = None
    landline: bool | None = None


class Selection(msgspec.Struct):
    """The contacts that are meant. `expected`: how many the operator saw."""

    ids: Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST_IDS)] | None = None
    filter: Filter | None = None
    expected: Many | None = None


def check_selection(selection: Selection) -> None:
    """Raise Problem(422) unless it names ids or a filter."""
    if selection.ids is None and selection.filter is None:
        raise invalid(field_error("contacts.ids", "missing", "This is required."))
    if selection.ids is not None and selection.filter is not None:
        detail = "Send either ids or a filter."
        raise invalid(field_error("contacts.filter", "invalid", detail))


def group_of(selection: Selection) -> UUID | None:
    """Return the group whose page the contacts were selected on, if it was one."""
    if selection.filter is None or not selection.filter.folder.startswith(GROUP):
        return None
    try:
        return UUID(selection.filter.folder.removeprefix(GROUP))
    except ValueError:
        return None  # refused where the folder is read


def select_contacts(call: Call, job: Job, selection: Selection) -> None:
    """Write down with the job whom it is for, and how many they are."""
    if selection.filter is not None:
        wanted = wanted_by(call, selection.filter)
        job.params = job.params | {"filter": _kept(selection.filter)}
        job.total = job.matched = choose(call.session, job, wanted)
        return
    ids = list(dict.fromkeys(_canonical(each) for each in selection.ids or ()))
    job.params = job.params | {"ids": ids}
    job.total = len(ids)
    known = [found for each in ids if (found := _uuid(each))]
    job.matched = count_known(call.session, call.account_id, known)


def wanted_by(call: Call, asked: Filter) -> Wanted:
    """Read a filter. Raises Problem: 422, or 404 for a group or label that is not ours."""
    label = read_label(call, asked.label)
    return Wanted(read_folder(call, asked.folder), asked.q, label, asked.landline)


def _kept(asked: Filter) -> dict[str, Any]:
    kept: dict[str, Any] = msgspec.to_builtins(asked)
    return kept


def _canonical(raw: str) -> str:
    found = _uuid(raw)
    return raw[:64] if found is None else str(found)  # no id of ours: a failure of the job


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None
