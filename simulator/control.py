"""`/_sim/…`: what a person or a script may see and change of the simulator itself."""

from dataclasses import asdict
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from simulator import texts
from simulator.faults import Unusable
from simulator.inbound import Inbound, receive
from simulator.listing import unspaced
from simulator.refusals import LONGEST_BODY, is_number
from simulator.state import SIMULATOR

OPT_OUT_TYPES = ("STOP", "START", "HELP")


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/_sim/messages", _messages)
    router.add_get("/_sim/calls", _calls)
    router.add_post("/_sim/inbound", _inbound)
    router.add_get("/_sim/faults", _faults)
    router.add_put("/_sim/faults", _turn)
    router.add_post("/_sim/reset", _reset)


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what cannot be used with every error at once."""
    try:
        return await handler(request)
    except Unusable as problem:
        return web.json_response({"errors": problem.errors}, status=422)


async def _messages(request: web.Request) -> web.Response:
    to = request.query.get("to")
    listed = await request.app[SIMULATOR].ledger.run(
        lambda connection: texts.ledger_json(connection, unspaced(to) if to else None)
    )
    return web.Response(text=listed, content_type="application/json")


async def _calls(request: web.Request) -> web.Response:
    """List the latest requests to the REST API, oldest first."""
    return web.json_response([asdict(call) for call in request.app[SIMULATOR].calls])


async def _inbound(request: web.Request) -> web.Response:
    sent = await _json(request)
    if errors := _objections(sent):
        raise Unusable(errors)
    inbound = Inbound(sent["from"], sent["to"], sent["body"], sent.get("opt_out_type"))
    sid, reply = await receive(request.app[SIMULATOR], inbound)
    return web.json_response({"sid": sid, "status": reply.status, "twiml": reply.body})


async def _faults(request: web.Request) -> web.Response:
    return web.json_response(request.app[SIMULATOR].faults.as_json())


async def _turn(request: web.Request) -> web.Response:
    request.app[SIMULATOR].faults.turn(await _json(request))
    return await _faults(request)


async def _reset(request: web.Request) -> web.Response:
    """Forget every text, call and number, and put all dials back."""
    simulator = request.app[SIMULATOR]
    await simulator.lives.end()
    await simulator.ledger.run(texts.forget_everything)
    simulator.faults.reset()
    simulator.calls.clear()
    return web.json_response({"status": "reset"})


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        sent = await request.json()
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        errors = [{"field": "", "detail": "The body has to be a JSON object."}]
        raise Unusable(errors)
    return sent


def _objections(sent: dict[str, Any]) -> list[dict[str, str]]:
    """Find all that keeps these fields from being a text of a person."""
    wrong = {
        name: "It has to be a number in E.164, such as +12025550142."
        for name in ("from", "to")
        if not is_number(str(sent.get(name)))
    }
    body, kind = sent.get("body"), sent.get("opt_out_type")
    if not isinstance(body, str) or len(body) > LONGEST_BODY:
        wrong["body"] = f"It has to be text of {LONGEST_BODY} characters at most."
    if kind is not None and kind not in OPT_OUT_TYPES:
        wrong["opt_out_type"] = f"It has to be one of {', '.join(OPT_OUT_TYPES)}."
    return [{"field": field, "detail": detail} for field, detail in wrong.items()]
