"""Where is Jane Smith? One search over contacts, leads, suppressions and rejections."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from models.accounts import Account
from models.whereabouts import MOST, Hit, whereabouts
from web.api.auth import Call
from web.api.operations import Spec, operation
from web.api.schema import Time


class SearchQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`q` as everywhere: beginnings of names, or three and more digits of a number."""

    q: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = MOST


class HitShape(msgspec.Struct):
    """`kind`: contact, lead, suppression or rejection; `id` is that thing's own.

    The sentence tells times in the account's time zone.
    """

    kind: str
    id: UUID
    name: str
    phone: str | None
    contact_id: UUID | None
    status: str
    sentence: str
    at: Time | None


class Found(msgspec.Struct):
    items: list[HitShape]


@operation(
    "GET",
    "/search",
    Spec("Say where a person is, in any state", {200: Found}, query=SearchQuery),
)
def search(call: Call, query: SearchQuery) -> Found:
    """Newest first within each kind, `limit` of a kind; what was typed may be narrowed."""
    account = call.session.get_one(Account, call.account_id)
    zone, now = ZoneInfo(account.time_zone), datetime.now(UTC)
    hits = whereabouts(call.session, call.account_id, query.q, query.limit)
    return Found([_shape(hit, zone, now) for hit in hits])


def _shape(hit: Hit, zone: ZoneInfo, now: datetime) -> HitShape:
    return HitShape(
        kind=hit.kind,
        id=hit.id,
        name=hit.name,
        phone=hit.phone,
        contact_id=hit.contact_id,
        status=hit.told.status,
        sentence=hit.sentence(zone, now),
        at=hit.told.at,
    )
