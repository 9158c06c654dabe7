"""Exports: a job writes what a list shows to a CSV file, to be fetched at its `file_url`."""

from typing import Any
from uuid import UUID

import msgspec

from models.contact_lists import ALL
from models.exports import KIND
from models.leads import LeadStatus
from models.suppressions import SuppressionKind
from web.api.auth import Call
from web.api.jobs import JobAsked, asked, make_job
from web.api.operations import Spec, operation
from web.api.replies import Reply
from web.api.selections import Filter, wanted_by


class ContactsWanted(msgspec.Struct):
    folder: str = ALL
    q: str = ""
    label: UUID | None = None
    landline: bool | None = None


class LeadsWanted(msgspec.Struct):
    status: LeadStatus | None = None
    q: str = ""


class SuppressionsWanted(msgspec.Struct):
    kind: SuppressionKind | None = None
    needs_review: bool | None = None
    q: str = ""


@operation(
    "GET",
    "/contacts/export",
    Spec(
        "Export contacts to a CSV file", {202: JobAsked}, query=ContactsWanted, problems=(404,)
    ),
)
def export_contacts(call: Call, query: ContactsWanted) -> Reply:
    wanted_by(call, Filter(query.folder, None, query.q, query.label, query.landline))
    return _export(call, "contacts", query)


@operation(
    "GET",
    "/leads/export",
    Spec("Export leads to a CSV file", {202: JobAsked}, query=LeadsWanted),
)
def export_leads(call: Call, query: LeadsWanted) -> Reply:
    return _export(call, "leads", query)


@operation(
    "GET",
    "/suppressions/export",
    Spec("Export suppressions to a CSV file", {202: JobAsked}, query=SuppressionsWanted),
)
def export_suppressions(call: Call, query: SuppressionsWanted) -> Reply:
    return _export(call, "suppressions", query)


def _export(call: Call, noun: str, query: msgspec.Struct) -> Reply:
    wanted: dict[str, Any] = msgspec.to_builtins(query)
    return asked(call, make_job(call, KIND, {"noun": noun, "filter": wanted}, 0))
