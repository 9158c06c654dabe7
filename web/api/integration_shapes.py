"""How the API shows an integration: its settings, its URL, and what has come through it."""

from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session

import config
from models.integrations import EndpointToken, Integration, IntegrationStatus, QuietHours
from models.leads import Lead, LeadConflict, LeadStatus
from models.rejections import Rejection
from models.restores import restore_state
from senders.compliance import lint
from web.api.job_shapes import JobShape
from web.api.schema import Time
from workers import gate


class Counts(msgspec.Struct):
    """What waits, what came, and what went wrong without anybody being told elsewhere."""

    held: int
    needs_attention: int
    leads_24h: int
    rejections_24h: int
    retired_hits: int
    retired_last_hit_at: Time | None
    id_conflicts: int  # leads of other people under an id that was taken already
    rate_limited: int  # requests above the rate limit: answered 429, kept nowhere


class Intake(msgspec.Struct):
    """Where a lead is stored before it is answered."""

    path: Literal["postgres", "spool", "closed"]
    spool_durable: bool


class RestoredShape(msgspec.Struct):
    """After a restore: whether texts go again, and what Twilio's list had so far."""

    status: Literal["holding", "open"]
    since: Time | None  # texts before this time the database knew
    begun_at: Time | None
    done_at: Time | None
    listed: int  # texts of the list since then
    unknown: int  # those of them that no row knew
    attached: int  # unknown ones that have found their lead
    heard: int | None  # texts that people sent meanwhile; null: not yet looked for


class MessageWarning(msgspec.Struct):
    code: str
    detail: str


class MessageCost(msgspec.Struct):
    """What the compliance message costs for a person with a short name."""

    encoding: str
    characters: int
    segments: int
    warnings: list[MessageWarning]


class IntegrationShape(msgspec.Struct):
    id: UUID
    name: str
    status: IntegrationStatus
    closing: bool
    endpoint_url: str
    brand: str
    compliance_message: str
    message: MessageCost
    default_region: str
    allowed_countries: list[str]
    phone_number_id: UUID | None
    duplicate_window_hours: int
    lookup: bool
    quiet_hours: QuietHours
    rate_limit: int | None
    field_mapping: dict[str, str] | None
    consent_required: bool
    signature_required: bool
    parse_version: int  # rises with every change that leads are read or judged by
    counts: Counts
    last_lead_at: Time | None
    intake: Intake
    restored: RestoredShape | None  # null without RESTORED=1
    created_at: Time


class Switched(msgspec.Struct):
    """What a verb of the switch answers: the integration as it is now, and the record of it."""

    integration: IntegrationShape | None
    job: JobShape


def integration_shape(session: Session, integration: Integration) -> IntegrationShape:
    *numbers, last_lead_at = session.execute(_counts(integration)).one()
    return IntegrationShape(
        id=integration.id,
        name=integration.name,
        status=integration.status,
        closing=integration.closing,
        endpoint_url=config.PUBLIC_BASE_URL
        + EndpointToken.current(session, integration.id).path,
        brand=integration.brand,
        compliance_message=integration.compliance_message,
        message=_cost(integration),
        default_region=integration.default_region,
        allowed_countries=integration.allowed_countries,
        phone_number_id=integration.phone_number_id,
        duplicate_window_hours=integration.duplicate_window_hours,
        lookup=integration.lookup,
        quiet_hours=integration.quiet_hours,
        rate_limit=integration.rate_limit,
        field_mapping=integration.field_mapping,
        consent_required=integration.consent_required,
        signature_required=bool(integration.signing_secrets),
        parse_version=integration.parse_version,
        counts=Counts(*numbers),
        last_lead_at=last_lead_at,
        intake=Intake("postgres", spool_durable=gate.is_open()),
        restored=RestoredShape(**restore_state(session)) if config.RESTORED else None,
        created_at=integration.created_at,
    )


def _cost(integration: Integration) -> MessageCost:
    found = lint(integration.compliance_message, integration.brand)
    warnings = [MessageWarning(each.code, each.sentence) for each in found.warnings]
    cost = found.segments
    return MessageCost(cost.encoding, cost.characters, cost.segments, warnings)


def _counts(integration: Integration) -> Select[Any]:
    """All of it in one round trip, each from an index alone.

    Integrations of an account follow one another, so the leads since this one was made are
    its own; no index of leads needs to know integrations.
    """
    mine = (
        Lead.account_id == integration.account_id,
        Lead.received_at >= integration.created_at,
    )
    day_ago = func.now() - func.make_interval(0, 0, 0, 1)
    leads = select(func.count()).select_from(Lead).where(*mine)
    retired = (
        select(
            func.coalesce(func.sum(EndpointToken.hits), 0).label("hits"),
            func.max(EndpointToken.last_hit_at).label("last_hit_at"),
        )
        .where(
            EndpointToken.integration_id == integration.id,
            EndpointToken.retired_at.is_not(None),
        )
        .subquery()
    )
    rejections = select(func.count()).where(
        Rejection.integration_id == integration.id, Rejection.received_at > day_ago
    )
    conflicts = select(func.count()).where(
        LeadConflict.integration_id == integration.id, LeadConflict.other_person
    )
    limited = select(func.coalesce(func.sum(EndpointToken.limited), 0)).where(
        EndpointToken.integration_id == integration.id
    )
    return select(
        leads.where(Lead.status == LeadStatus.HELD).scalar_subquery(),
        leads.where(Lead.status == LeadStatus.NEEDS_ATTENTION).scalar_subquery(),
        leads.where(Lead.received_at > day_ago).scalar_subquery(),
        rejections.scalar_subquery(),
        retired.c.hits,
        retired.c.last_hit_at,
        conflicts.scalar_subquery(),
        limited.scalar_subquery(),
        select(func.max(Lead.received_at)).where(*mine).scalar_subquery(),
    ).where(true())
