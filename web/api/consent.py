"""The consent record of a lead as one JSON file: to be kept, and to be shown to others.

docs/consent.md says what is in it and how anybody can check that nothing of it was changed.
"""

from typing import Any, Literal
from uuid import UUID

import msgspec
from flask import Response

from models.chain import BEGINNING
from models.consent import ConsentRecord, consent_record
from models.consent_links import SeenLink
from models.leads import Lead
from web.api.auth import Call
from web.api.operations import Spec, operation
from web.api.schema import Time
from web.problems import Problem

FORMAT = "opt-in-api consent record, version 1"


class BodyKept(msgspec.Struct):
    """The raw body. It is not in the chain, which holds its hash: it may be forgotten."""

    content_type: str | None
    base64: str


class LinkShape(msgspec.Struct):
    """What was sealed when it happened, and whether the rows still say so."""

    key: str  # of the entry that it seals
    sealed_at: Time
    facts: str  # SHA-256 of what is sealed of the entry
    prev: str | None  # the hash of the link before; null when that link is gone
    hash: str
    state: Literal["stands", "changed", "missing", "broken", "replaced", "wiped"]


class ConsentFile(msgspec.Struct):
    format: str
    lead_id: UUID
    entries: list[dict[str, Any]]  # chained by hash
    head: str  # the hash of the last entry: two files agree up to the shorter one's head
    links: list[LinkShape]  # in the order in which they were sealed
    intact: bool  # nothing that was sealed or told before is told otherwise today
    changed: list[str]  # keys of entries of which that is not so
    missing: list[str]  # those of them of which nothing is left
    unsealed: list[str]  # keys of entries that nothing had sealed before they were told
    body: BodyKept | None


@operation(
    "GET",
    "/leads/<uuid:lead_id>/consent",
    Spec(
        "Download the consent record of a lead", {200: ConsentFile}, problems=(404,), seals=True
    ),
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
        links=[_link(each) for each in record.links],
        intact=not record.changed,
        changed=record.changed,
        missing=record.missing,
        unsealed=record.unsealed,
        body=BodyKept(lead.content_type, body) if body is not None else None,
    )


def _link(seen: SeenLink) -> LinkShape:
    return LinkShape(
        key=seen.link.key,
        sealed_at=seen.link.sealed_at,
        facts=seen.link.facts.hex(),
        prev=None if seen.prev is None else seen.prev.hex(),
        hash=seen.link.hash.hex(),
        state=seen.state.value,
    )
