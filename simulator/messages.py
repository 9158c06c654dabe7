"""Twilio's message resource: create and fetch (listing.py lists).

A create call is checked, meets its fault if one strikes, is made durable, and only then
answered.
"""

import asyncio
import sqlite3
from urllib.parse import parse_qsl

from aiohttp import web

from simulator import numbers, resources, strikes, texts
from simulator.fates import Fate, fate_of
from simulator.ledger import now
from simulator.listing import unspaced
from simulator.refusals import refusal_of
from simulator.state import SIMULATOR, Simulator
from simulator.texts import OUTBOUND_API, Text, new_sid

Fields = dict[str, str]


async def create(request: web.Request) -> web.StreamResponse:
    """Accept one text, answered after its fsync; or do what the fault dials ask for."""
    simulator = request.app[SIMULATOR]
    mode = simulator.faults.strike()
    if (spoiled := await strikes.instead(request, mode)) is not None:
        return spoiled

    fields = dict(parse_qsl(await request.text(), keep_blank_values=True))
    for name in ("To", "From"):
        fields[name] = unspaced(fields.get(name, ""))
    fate = fate_of(fields["To"])
    if refusal := refusal_of(fields, fate):
        return resources.error(refusal.status, refusal.code, refusal.message)

    if mode == "hang_then_accept":
        await strikes.hang(request)
    text = await _accept(simulator, fields, fate)
    answer = web.json_response(
        resources.message(simulator.settings.account_sid, text), status=201
    )
    await _let_live(simulator, text, fate)
    return await strikes.afterwards(request, mode, answer)


async def fetch(request: web.Request) -> web.Response:
    simulator, sid = request.app[SIMULATOR], request.match_info["sid"]
    text = await simulator.ledger.run(lambda connection: texts.find(connection, sid))
    if text is None:
        return resources.not_found(request.path)
    return web.json_response(resources.message(simulator.settings.account_sid, text))


async def _accept(simulator: Simulator, fields: Fields, fate: Fate) -> Text:
    at = now()
    service = fields.get("MessagingServiceSid") or None
    text = Text(
        sid=new_sid("SM"),
        direction=OUTBOUND_API,
        via="api",
        sender=fields.get("From") or None,
        recipient=fields["To"],
        body=fields["Body"],
        service_sid=service,
        status="accepted" if service else "queued",
        error_code=None,
        status_callback=fields.get("StatusCallback") or None,
        owed=simulator.lives.plan(fate) if fields.get("StatusCallback") else "",
        signed=simulator.faults.dials.callbacks != "unsigned",
        created_at=at,
        updated_at=at,
    )
    await simulator.ledger.run(lambda connection: _write(connection, text))
    return text


def _write(connection: sqlite3.Connection, text: Text) -> None:
    texts.accept(connection, text)
    if text.sender:
        numbers.meet(connection, text.sender)


async def _let_live(simulator: Simulator, text: Text, fate: Fate) -> None:
    """Start the text's life: its first callback follows the answer, unless dialed early."""
    if simulator.faults.dials.callbacks == "early":
        await simulator.lives.hurry(text)
    else:
        latency = simulator.faults.dials.latency_ms / 1000
        simulator.lives.begin(text, after=fate.answer_after + latency)
    await asyncio.sleep(fate.answer_after)
