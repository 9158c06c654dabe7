"""What may be said about an integration, and whether it may stand.

Types are checked by the frame; here is what depends on other things: the template on the
brand, regions on what exists, the number on its approval.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import phonenumbers
from msgspec import UNSET, UnsetType
from sqlalchemy.orm import Session

from models.integrations import Integration, QuietHours
from models.phone_numbers import PhoneNumber
from senders.compliance import lint
from web.api.schema import Line, field_error, invalid

Hours = Annotated[int, msgspec.Meta(ge=0, le=8760)]
Region = Annotated[str, msgspec.Meta(min_length=2, max_length=2)]
Regions = Annotated[list[Region], msgspec.Meta(min_length=1, max_length=250)]
Template = Annotated[str, msgspec.Meta(max_length=2000)]
PerMinute = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Mapping = dict[
    Literal["first_name", "last_name", "full_name", "phone", "email", "consent"], Key
]


class IntegrationMade(msgspec.Struct, kw_only=True):
    """The body of POST /integration."""

    name: Line
    brand: Line
    compliance_message: Template | None = None
    default_region: Region | None = None
    allowed_countries: Regions | None = None
    phone_number_id: UUID | None = None
    duplicate_window_hours: Hours | UnsetType = UNSET
    lookup: bool | UnsetType = UNSET
    quiet_hours: QuietHours | UnsetType = UNSET
    rate_limit: PerMinute | UnsetType | None = UNSET
    field_mapping: Mapping | UnsetType | None = UNSET
    consent_required: bool | UnsetType = UNSET


class IntegrationChanged(msgspec.Struct, kw_only=True):
    """The body of PATCH /integration: only what is to change."""

    name: Line | UnsetType = UNSET
    brand: Line | UnsetType = UNSET
    compliance_message: Template | UnsetType = UNSET
    default_region: Region | UnsetType = UNSET
    allowed_countries: Regions | UnsetType = UNSET
    phone_number_id: UUID | UnsetType = UNSET
    duplicate_window_hours: Hours | UnsetType = UNSET
    lookup: bool | UnsetType = UNSET
    quiet_hours: QuietHours | UnsetType = UNSET
    rate_limit: PerMinute | UnsetType | None = UNSET
    field_mapping: Mapping | UnsetType | None = UNSET
    consent_required: bool | UnsetType = UNSET


def said(body: IntegrationMade | IntegrationChanged) -> dict[str, Any]:
    """Return what the body says, by column, in the form in which it is stored."""
    values = msgspec.structs.asdict(body)
    known = {name: value for name, value in values.items() if value is not UNSET}
    for name in known.keys() & {"name", "brand"}:
        known[name] = known[name].strip()
    if known.get("default_region"):
        known["default_region"] = known["default_region"].upper()
    if known.get("allowed_countries"):
        upper = (country.upper() for country in known["allowed_countries"])
        known["allowed_countries"] = list(dict.fromkeys(upper))
    return known


def with_region(settings: dict[str, Any], allowed: list[str]) -> dict[str, Any]:
    """Let numbers of the default region in, where nothing else is said about countries."""
    region = settings.get("default_region")
    if region is None or settings.get("allowed_countries") or region in allowed:
        return settings
    return settings | {"allowed_countries": [*allowed, region]}


def check(
    session: Session, account_id: UUID, settings: dict[str, Any], now: Integration | None
) -> None:
    """Raise Problem(422) with everything that cannot stand, *now* being what is there."""
    errors = [*_wrong_message(settings, now), *_wrong_regions(settings)]
    number = settings.get("phone_number_id")
    if number and PhoneNumber.approved(session, account_id, number) is None:
        detail = "This is not an approved phone number of the account."
        errors.append(field_error("phone_number_id", "not-approved", detail))
    if errors:
        raise invalid(*errors)


def _wrong_message(
    settings: dict[str, Any], now: Integration | None
) -> Iterator[dict[str, str]]:
    if not settings.keys() & {"compliance_message", "brand"}:
        return
    template = settings.get("compliance_message", now.compliance_message if now else "")
    brand = settings.get("brand", now.brand if now else "")
    for problem in lint(template, brand).problems:
        yield field_error("compliance_message", problem.code, problem.sentence)


def _wrong_regions(settings: dict[str, Any]) -> Iterator[dict[str, str]]:
    fields = {
        "default_region": [settings.get("default_region")],
        "allowed_countries": settings.get("allowed_countries") or [],
    }
    for field, regions in fields.items():
        if any(region and region not in phonenumbers.SUPPORTED_REGIONS for region in regions):
            detail = "Write countries as two letters, such as US."
            yield field_error(field, "unknown-region", detail)
