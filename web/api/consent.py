"""The consent record of a lead as one JSON file: to be kept, and to be shown to others.

docs/consent.md says what is in it and how anybody can check that nothing of it was changed.
"""

from typing import Any
from uuid import UUID

import msgspec
from flask import Response

from models.chain import BEGINNING
from models.consent import ConsentRecord, consent_record
from models.leads import Lead
from web.api.auth import Call
from web.api.operations import Spec, operation
from web.problems import Problem

FORMAT = "opt-in-api consent record, version 1"


class BodyKept(msgspec.Struct):
    """The raw body. It is not in the chain, which holds its hash: it may be forgotten."""

    content_type: str | None
    base64: str


class ConsentFile(msgspec.Struct):
    format: str
    lead_id: UUID
    entries: list[dict[str, Any]]  # chained by hash
    head: str  # the hash of the last entry: two files agree up to the shorter one's head
    intact: bool  # nothing that was told before is told otherwise today
    changed: list[str]  # keys of entries of which that is not so
    body: BodyKept | None


@operation(
    "GET",
    "/leads/<uuid:lead_id>/consent",
    Spec("Download the consent record of a lead", {200: ConsentFile}, problems=(404,)),
)
def download_consent(call: Call, lead_id: UUID) -> Response:
    lead = call.session.get(Lead, lead_id)
    if lead is None or lead.account_id != call.account_id:
        raise Problem(404, "not-found")
    written = msgspec.json.encode(_file(lead, consent_record(call.session, lead)))
    response = Response(msgspec.json.format(written), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="consent-{lead.id}.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _file(lead: Lead, record: ConsentRecord) -> ConsentFile:
    body = record.body_base64
    return ConsentFile(
        format=FORMAT,
        lead_id=lead.id,
        entries=record.entries,
        head=record.entries[-1]["hash"] if record.entries else BEGINNING,
        intact=not record.changed,
        changed=record.changed,
        body=BodyKept(lead.content_type, body) if body is not None else None,
    )
