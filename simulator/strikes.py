"""How a create call goes wrong, mode by mode.

`instead` answers a call of which nothing is accepted; `afterwards` spoils the answer of one
whose text already stands in the ledger.
"""

import asyncio
import json
import socket
import struct

from aiohttp import web

from simulator import resources
from simulator.state import CALL, SIMULATOR

REDIRECTED = "/_sim/redirected"
RESET = struct.pack("ii", 1, 0)  # linger for 0 s: close by RST, whatever is still unsent

ERRORS = {
    "429": (429, 20429, "Too Many Requests"),
    "500": (500, 20500, "An internal server error has occurred"),
    "503": (503, 20503, "Service Unavailable"),
    "401": (401, 20003, "Authenticate"),
}


async def instead(request: web.Request, mode: str) -> web.StreamResponse | None:
    """Answer a call that is not to be accepted; None when this mode accepts it."""
    if mode in ERRORS:
        return resources.error(*ERRORS[mode])
    if mode == "302":
        return web.Response(status=302, headers={"Location": REDIRECTED})
    if mode == "reset_before_read":
        await _latency(request)
        return _reset(request, "reset")
    return None


async def afterwards(
    request: web.Request, mode: str, answer: web.Response
) -> web.StreamResponse:
    """Spoil, or pass on, the answer to a call whose text was accepted."""
    if mode == "accept_then_500":
        return resources.error(*ERRORS["500"])
    if mode == "accept_then_hang":
        await hang(request)
        return _reset(request, "hung")
    if mode == "reset_after_accept":
        await _latency(request)
        return _reset(request, "reset")
    if mode == "half_body":
        await _latency(request)
        return await _halve(request, answer)
    return answer


async def hang(request: web.Request) -> None:
    """Keep the caller waiting, for longer than callers wait."""
    await asyncio.sleep(request.app[SIMULATOR].faults.dials.hang_ms / 1000)


async def _latency(request: web.Request) -> None:
    await asyncio.sleep(request.app[SIMULATOR].faults.dials.latency_ms / 1000)


def _reset(request: web.Request, outcome: str) -> web.Response:
    request[CALL].outcome = outcome
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        request.transport.abort()
    return web.Response()  # goes nowhere: the connection is gone


async def _halve(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Announce the whole body, send half of it and close."""
    request[CALL].outcome = "half_body"
    body = json.dumps(json.loads(answer.text or "")).encode()
    halved = web.StreamResponse(
        status=answer.status, headers={"Content-Type": answer.content_type}
    )
    halved.content_length = len(body)
    await halved.prepare(request)
    await halved.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()  # sends what is written, then ends the connection
    return halved
