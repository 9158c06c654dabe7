"""Mapping by example: the last bodies with their keys, and what a mapping would read of them.

What is wrong is found out before it counts: PATCH /integration {"field_mapping"} then makes it
count from the next request on, and rejections can be replayed.
"""

from typing import Any, Literal
from uuid import UUID

import msgspec

from models.accept import Known
from models.integrations import Integration
from models.last_bodies import LastBody, last_bodies
from senders import NotALead, ParsedLead, Unusable, parse
from senders.fields import fields_of
from web.api.auth import Call
from web.api.integration_settings import Mapping
from web.api.operations import Spec, operation
from web.api.schema import Time
from web.problems import Problem

PATH = "/integration"


class FieldShape(msgspec.Struct):
    path: str  # what a mapping names
    sample: str


class BodyShape(msgspec.Struct):
    id: UUID
    kind: Literal["lead", "rejection"]
    received_at: Time
    content_type: str | None
    fields: list[FieldShape]  # none where the body cannot be read at all


class Bodies(msgspec.Struct):
    items: list[BodyShape]


class MappingTried(msgspec.Struct):
    """The body of the preview. Null: what is read without any mapping."""

    field_mapping: Mapping | None


class ReadShape(msgspec.Struct):
    """What would be read of a body."""

    first_name: str
    last_name: str
    phone: str | None
    email: str | None
    sender: str
    is_test: bool
    unfinished: bool
    notes: list[str]


class Wrong(msgspec.Struct):
    field: str
    code: str
    detail: str


class PreviewShape(msgspec.Struct):
    """Either what would be read, or why nothing would be."""

    id: UUID
    kind: Literal["lead", "rejection"]
    received_at: Time
    read: ReadShape | None
    code: str | None
    detail: str | None
    errors: list[Wrong]


class Previews(msgspec.Struct):
    items: list[PreviewShape]


@operation(
    "GET",
    f"{PATH}/bodies",
    Spec("List the last bodies with their fields", {200: Bodies}, problems=(404,)),
)
def list_bodies(call: Call) -> Bodies:
    found = last_bodies(call.session, _integration(call))
    return Bodies([_body_shape(each) for each in found])


@operation(
    "POST",
    f"{PATH}/field-mapping/preview",
    Spec(
        "Show what a mapping would read of the last bodies; changes nothing",
        {200: Previews},
        body=MappingTried,
        problems=(404,),
    ),
)
def preview_mapping(call: Call, body: MappingTried) -> Previews:
    integration = _integration(call)
    mapping: dict[str, Any] = {"mapping": body.field_mapping}
    row = {"integration_id": str(integration.id), "version": integration.parse_version}
    known = Known.read(row | integration.parse_settings() | mapping)
    found = last_bodies(call.session, integration)
    return Previews([_preview(each, known) for each in found])


def _integration(call: Call) -> Integration:
    integration = Integration.of_account(call.session, call.account_id)
    if integration is None:
        raise Problem(404, "not-found")
    return integration


def _body_shape(last: LastBody) -> BodyShape:
    try:
        found = fields_of(last.body, last.content_type)
    except NotALead:
        found = []
    fields = [FieldShape(*field) for field in found]
    return BodyShape(last.id, _kind(last), last.received_at, last.content_type, fields)


def _preview(last: LastBody, known: Known) -> PreviewShape:
    shape = PreviewShape(last.id, _kind(last), last.received_at, None, None, None, [])
    try:
        shape.read = _read_shape(parse(last.body, last.content_type, known.settings))
    except NotALead as error:
        shape.code, shape.detail = error.code, error.detail
        if isinstance(error, Unusable):
            shape.errors = [Wrong(each.field, each.code, each.detail) for each in error.errors]
    return shape


def _kind(last: LastBody) -> Literal["lead", "rejection"]:
    return "lead" if last.kind == "lead" else "rejection"


def _read_shape(lead: ParsedLead) -> ReadShape:
    return ReadShape(
        first_name=lead.first_name,
        last_name=lead.last_name,
        phone=lead.phone,
        email=lead.email,
        sender=lead.sender,
        is_test=lead.is_test,
        unfinished=lead.unfinished,
        notes=list(lead.notes),
    )
