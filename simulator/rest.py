"""Twilio's REST API, as far as the official client uses it here: its addresses and its door.

Every request is noted for `/_sim/calls`, checked for the account's credentials, and answered
later by the latency dial.
"""

import asyncio
import base64
import hmac

from aiohttp import web
from aiohttp.typedefs import Handler

from simulator import listing, lookups, messages, numbers, resources, strikes
from simulator.resources import API_VERSION
from simulator.state import CALL, SIMULATOR, Call

ACCOUNT = f"/{API_VERSION}/Accounts/{{account}}"
MESSAGES = f"{ACCOUNT}/Messages"
NUMBERS = f"{ACCOUNT}/IncomingPhoneNumbers"
PREFIXES = (f"/{API_VERSION}/", "/v2/")


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_post(f"{MESSAGES}.json", messages.create)
    router.add_get(f"{MESSAGES}.json", listing.list_page)
    router.add_get(f"{MESSAGES}/{{sid}}.json", messages.fetch)
    router.add_get(f"{NUMBERS}.json", numbers.list_page)
    router.add_get(f"{NUMBERS}/{{sid}}.json", numbers.fetch)
    router.add_post(f"{NUMBERS}/{{sid}}.json", numbers.update)
    router.add_get("/v2/PhoneNumbers/{number}", lookups.fetch)
    router.add_route("*", strikes.REDIRECTED, _redirected)
    for prefix in PREFIXES:
        router.add_route("*", f"{prefix}{{rest:.*}}", _unknown)


@web.middleware
async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Note the call, let the account in, and keep it waiting as long as the dial says."""
    if not request.path.startswith((*PREFIXES, strikes.REDIRECTED)):
        return await handler(request)
    simulator = request.app[SIMULATOR]
    call = request[CALL] = Call(request.method, request.path, dict(request.query))
    simulator.calls.append(call)
    if _is_account(request):
        answer = await handler(request)
    else:
        answer = resources.error(*strikes.ERRORS["401"])
    if call.outcome is None:
        await asyncio.sleep(simulator.faults.dials.latency_ms / 1000)
        call.outcome = str(answer.status)
    return answer


def _is_account(request: web.Request) -> bool:
    """Check the credentials, and that the path speaks of the account they belong to."""
    settings = request.app[SIMULATOR].settings
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic" or not encoded.isascii():
        return False
    wanted = base64.b64encode(f"{settings.account_sid}:{settings.auth_token}".encode())
    account = request.match_info.get("account", settings.account_sid)
    return hmac.compare_digest(encoded.strip().encode(), wanted) and (
        account == settings.account_sid
    )


async def _unknown(request: web.Request) -> web.Response:
    return resources.not_found(request.path)


async def _redirected(_request: web.Request) -> web.Response:
    """Tell who followed a redirect, which nobody may do with a POST; the call is noted."""
    return resources.error(400, 20001, "A redirect was followed")
