"""Twilio's JSON, field by field and type by type as its API answers it.

Numbers that are strings there are strings here; times are RFC 2822; what is not known yet is
null and never missing.
"""

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import urlencode

from aiohttp import web

from simulator import segments
from simulator.fates import ERROR_MESSAGES
from simulator.texts import Text

API_VERSION = "2010-04-01"

Json = dict[str, object]


def message(account_sid: str, text: Text) -> Json:
    """Shape one message resource."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{text.sid}"
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": text.body,
        "date_created": rfc2822(text.created_at),
        "date_sent": rfc2822(text.sent_at),
        "date_updated": rfc2822(text.updated_at),
        "direction": text.direction,
        "error_code": text.error_code,
        "error_message": ERROR_MESSAGES.get(text.error_code) if text.error_code else None,
        "from": text.sender,
        "messaging_service_sid": text.service_sid,
        "num_media": "0",
        "num_segments": str(segments.count(text.body)) if text.sender else "0",
        "price": None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": text.recipient,
        "uri": f"{uri}.json",
    }


def page(
    path: str, named: tuple[str, list[Json]], query: dict[str, str], *, token: str | None = None
) -> Json:
    """Shape one page of a list; a token names where the next page begins."""
    name, items = named
    number, size = int(query["Page"]), int(query["PageSize"])
    start = number * size
    first = {key: value for key, value in query.items() if key != "PageToken"} | {"Page": "0"}
    following = query | {"Page": str(number + 1), "PageToken": token or ""}
    return {
        "end": start + max(len(items) - 1, 0),
        "first_page_uri": f"{path}?{urlencode(first)}",
        "next_page_uri": f"{path}?{urlencode(following)}" if token else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": None,
        "start": start,
        "uri": f"{path}?{urlencode(query)}",
        name: items,
    }


def error(status: int, code: int, text: str) -> web.Response:
    """Answer with an error in Twilio's form."""
    return web.json_response(
        {
            "code": code,
            "message": text,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        },
        status=status,
    )


def not_found(path: str) -> web.Response:
    return error(404, 20404, f"The requested resource {path} was not found")


def rfc2822(at: str | None) -> str | None:
    """Write a time of the ledger as Twilio does, to the second."""
    return _to_the_second(at[:19]) if at else None


@lru_cache(maxsize=4096)
def _to_the_second(at: str) -> str:
    return format_datetime(datetime.fromisoformat(at).replace(tzinfo=UTC))
