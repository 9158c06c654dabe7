"""API keys: made and removed by owners. The key itself is shown once, in the 201."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from models.accounts import ApiKey, Operator, Role
from web.api.auth import Call
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.replies import Reply
from web.api.schema import Line, Time
from web.problems import Problem

_NEWEST_FIRST = Order("newest", (ApiKey.created_at, ApiKey.id))


class ApiKeyShape(msgspec.Struct, kw_only=True):
    id: UUID
    name: str
    role: Role
    hint: str  # its last four letters
    created_at: Time


class ApiKeyShown(ApiKeyShape, kw_only=True):
    key: str


class ApiKeyMade(msgspec.Struct):
    name: Line


@operation(
    "GET",
    "/api-keys",
    Spec("List API keys (owners)", {200: Page[ApiKeyShape]}, query=PageQuery, problems=(403,)),
)
def list_api_keys(call: Call, query: PageQuery) -> Page[ApiKeyShape]:
    call.owner_only()
    mine = select(ApiKey).where(
        ApiKey.account_id == call.account_id, ApiKey.revoked_at.is_(None)
    )
    rows, next_cursor = page_rows(call.session, mine, _NEWEST_FIRST, query)
    return Page([ApiKeyShape(**_told(key)) for (key,) in rows], next_cursor)


@operation(
    "POST",
    "/api-keys",
    Spec(
        "Make an API key with the role of its maker (owners)",
        {201: ApiKeyShown},
        body=ApiKeyMade,
        problems=(403,),
        idempotent=True,
    ),
)
def make_api_key(call: Call, body: ApiKeyMade) -> Reply:
    call.owner_only()
    maker = call.session.get_one(Operator, call.by.id)
    key, secret = ApiKey.make(maker, body.name.strip())
    call.session.add(key)
    call.session.flush()
    shown = ApiKeyShown(**_told(key), key=secret)
    return Reply(shown, 201, f"/api/v1/api-keys/{key.id}")


@operation(
    "DELETE",
    "/api-keys/<uuid:key_id>",
    Spec("Remove an API key (owners)", {204: None}, problems=(403, 404)),
)
def delete_api_key(call: Call, key_id: UUID) -> Reply:
    call.owner_only()
    found = call.session.scalar(
        select(ApiKey).where(
            ApiKey.id == key_id,
            ApiKey.account_id == call.account_id,
            ApiKey.revoked_at.is_(None),
        )
    )
    if found is None:
        raise Problem(404, "not-found")
    found.revoked_at = call.session.scalars(select(func.now())).one()
    return Reply(None, 204)


def _told(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "hint": key.hint,
        "created_at": key.created_at,
    }
