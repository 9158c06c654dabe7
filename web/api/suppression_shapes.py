"""How the API shows a suppression, and a text that may still be on its way to the number."""

from uuid import UUID

import msgspec

from models.deliveries import Delivery, DeliveryStatus
from models.suppressions import Suppression, SuppressionKind
from web.api.job_shapes import Person, person
from web.api.schema import Time


class SuppressionShape(msgspec.Struct, kw_only=True):
    id: UUID
    phone: str
    kind: SuppressionKind
    reason: str | None
    source: str
    by: Person | None
    created_at: Time
    needs_review: bool
    settled_at: Time | None


class InFlight(msgspec.Struct):
    """A text that was claimed before the number was suppressed."""

    lead_id: UUID
    delivery_status: DeliveryStatus
    sid: str | None


class Added(SuppressionShape, kw_only=True):
    in_flight: list[InFlight] = []


def suppression_shape(suppression: Suppression) -> SuppressionShape:
    return SuppressionShape(
        id=suppression.id,
        phone=suppression.phone,
        kind=suppression.kind,
        reason=suppression.reason,
        source=suppression.source,
        by=person(suppression.by_id, suppression.by_name),
        created_at=suppression.created_at,
        needs_review=suppression.needs_review,
        settled_at=suppression.settled_at,
    )


def added_shape(suppression: Suppression, under_way: list[Delivery]) -> Added:
    return Added(
        **msgspec.structs.asdict(suppression_shape(suppression)),
        in_flight=[InFlight(each.lead_id, each.status, each.sid) for each in under_way],
    )
