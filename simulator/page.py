"""The simulated phone: a page that shows every conversation and sends replies.

The page and its files are plain and local; `/_sim/phone` gives what it shows, the numbers with
the latest texts first. A search by part of a number reaches the older ones.
"""

import sqlite3
from pathlib import Path

from aiohttp import web

from simulator import numbers
from simulator.resources import Json
from simulator.state import SIMULATOR
from simulator.texts import INBOUND

STATIC = Path(__file__).parent / "static"
CONVERSATIONS_SHOWN = 50
TEXTS_SHOWN = 50  # of each conversation
TEXTS_READ = 2_000  # to find the latest conversations, every second, also under load
ALL = -1
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}

# The person's own number is the sender of an inbound text and the recipient of any other.
PERSON = f"CASE direction WHEN '{INBOUND}' THEN sender ELSE recipient END"
LATEST = f"""
    SELECT {PERSON} AS person, max(id) AS latest
    FROM (SELECT * FROM texts ORDER BY id DESC LIMIT ?)
    WHERE {PERSON} LIKE ? GROUP BY person ORDER BY latest DESC LIMIT ?
"""  # noqa: S608  (made of constants)
COUNT = f"""
    SELECT count(*) FROM texts WHERE (recipient = ?1 OR sender = ?1) AND {PERSON} = ?1
"""  # noqa: S608  (made of constants)
CONVERSATION = f"""
    SELECT sid, direction = '{INBOUND}', body, status, error_code, created_at, via,
        CASE direction WHEN '{INBOUND}' THEN recipient ELSE sender END
    FROM texts WHERE (recipient = ?1 OR sender = ?1) AND {PERSON} = ?1
    ORDER BY id DESC LIMIT ?2
"""  # noqa: S608  (made of constants)


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/", _page)
    router.add_get("/_sim/phone", _phone)
    router.add_get("/static/{name:phone\\.(?:css|js)}", _static)


async def _page(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "phone.html", headers=HEADERS)


async def _static(request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / request.match_info["name"], headers=HEADERS)


async def _phone(request: web.Request) -> web.Response:
    digits = "".join(sign for sign in request.query.get("q", "") if sign.isdigit())
    simulator = request.app[SIMULATOR]
    shown = await simulator.ledger.run(lambda connection: _shown(connection, digits))
    return web.json_response(shown | {"faults": simulator.faults.as_json()})


def _shown(connection: sqlite3.Connection, digits: str) -> Json:
    values = (ALL if digits else TEXTS_READ, f"%{digits}%", CONVERSATIONS_SHOWN)
    latest = connection.execute(LATEST, values).fetchall()
    (total,) = connection.execute("SELECT count(*) FROM texts").fetchone()
    return {
        "total": total,
        "our_numbers": numbers.all_of_them(connection),
        "conversations": [_conversation(connection, person) for person, _ in latest],
    }


def _conversation(connection: sqlite3.Connection, person: str) -> Json:
    """Give the latest texts with one person, oldest first."""
    names = ("sid", "is_inbound", "body", "status", "error_code", "at", "via", "ours")
    (count,) = connection.execute(COUNT, (person,)).fetchone()
    rows = connection.execute(CONVERSATION, (person, TEXTS_SHOWN)).fetchall()
    texts = [dict(zip(names, row, strict=True)) for row in reversed(rows)]
    return {"person": person, "count": count, "texts": texts}
