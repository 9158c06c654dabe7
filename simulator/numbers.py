"""Our own numbers, as Twilio's IncomingPhoneNumbers resource shows them.

The simulator owns every number it meets: texted from, texted to by a person, or asked for by
its full form. Its inbound URL is the service's, until it is set to something else.
"""

import hashlib
import sqlite3
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web

from simulator import resources
from simulator.ledger import now
from simulator.listing import DEFAULT_PAGE, unspaced
from simulator.refusals import is_number
from simulator.resources import API_VERSION, Json, rfc2822
from simulator.settings import is_web_url
from simulator.state import SIMULATOR, Simulator

COLUMNS = "sid, number, friendly_name, sms_url, sms_method, created_at, updated_at"
UPDATE = "UPDATE numbers SET friendly_name = ?, sms_url = ?, sms_method = ?, updated_at = ?"


@dataclass(frozen=True)
class Number:
    sid: str
    number: str
    friendly_name: str
    sms_url: str | None  # None: the service's own
    sms_method: str
    created_at: str
    updated_at: str


async def list_page(request: web.Request) -> web.Response:
    simulator = request.app[SIMULATOR]
    wanted = unspaced(request.query.get("PhoneNumber", ""))
    if is_number(wanted):
        await simulator.ledger.run(lambda connection: meet(connection, wanted))
    found = await simulator.ledger.run(
        lambda connection: _select(connection, "? IN ('', number) ORDER BY created_at", wanted)
    )
    shapes = [_shape(simulator, number) for number in found]
    query = dict(request.query) | {"Page": "0", "PageSize": str(max(DEFAULT_PAGE, len(found)))}
    return web.json_response(
        resources.page(request.path, ("incoming_phone_numbers", shapes), query)
    )


async def fetch(request: web.Request) -> web.Response:
    number = await _by_sid(request)
    if number is None:
        return resources.not_found(request.path)
    return web.json_response(_shape(request.app[SIMULATOR], number))


async def update(request: web.Request) -> web.Response:
    """Set the name or the inbound URL of one number."""
    simulator, number = request.app[SIMULATOR], await _by_sid(request)
    if number is None:
        return resources.not_found(request.path)
    fields = dict(parse_qsl(await request.text(), keep_blank_values=True))
    url = fields.get("SmsUrl", number.sms_url)
    if url and not is_web_url(url):
        return resources.error(400, 21502, "SmsUrl is not a valid URL")
    values = (
        fields.get("FriendlyName", number.friendly_name),
        url,
        fields.get("SmsMethod", number.sms_method),
        now(),
        number.sid,
    )
    await simulator.ledger.run(
        lambda connection: connection.execute(f"{UPDATE} WHERE sid = ?", values)
    )
    return await fetch(request)


def meet(connection: sqlite3.Connection, number: str) -> None:
    """Own a number from now on, if it is not owned yet."""
    at = now()
    connection.execute(
        f"INSERT INTO numbers ({COLUMNS}) VALUES (?, ?, ?, NULL, 'POST', ?, ?)"  # noqa: S608
        " ON CONFLICT DO NOTHING",
        (_sid(number), number, number, at, at),
    )


def all_of_them(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT number FROM numbers ORDER BY created_at DESC")
    return [number for (number,) in rows]


def inbound_url(connection: sqlite3.Connection, number: str) -> str | None:
    """Give the address set for a number's inbound texts; None means the service's own."""
    row = connection.execute(
        "SELECT sms_url FROM numbers WHERE number = ?", (number,)
    ).fetchone()
    return row[0] if row else None


def _sid(number: str) -> str:
    return "PN" + hashlib.sha256(number.encode()).hexdigest()[:32]


async def _by_sid(request: web.Request) -> Number | None:
    sid = request.match_info["sid"]
    found = await request.app[SIMULATOR].ledger.run(
        lambda connection: _select(connection, "sid = ?", sid)
    )
    return found[0] if found else None


def _select(connection: sqlite3.Connection, condition: str, value: str) -> list[Number]:
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM numbers WHERE {condition}",  # noqa: S608  (columns only)
        (value,),
    )
    return [Number(*row) for row in rows]


def _shape(simulator: Simulator, number: Number) -> Json:
    account = simulator.settings.account_sid
    uri = f"/{API_VERSION}/Accounts/{account}/IncomingPhoneNumbers/{number.sid}"
    url = simulator.settings.inbound_url if number.sms_url is None else number.sms_url
    return _UNUSED | {
        "account_sid": account,
        "api_version": API_VERSION,
        "capabilities": {"fax": False, "mms": True, "sms": True, "voice": False},
        "date_created": rfc2822(number.created_at),
        "date_updated": rfc2822(number.updated_at),
        "friendly_name": number.friendly_name,
        "phone_number": number.number,
        "sid": number.sid,
        "sms_method": number.sms_method,
        "sms_url": url,
        "subresource_uris": {"assigned_add_ons": f"{uri}/AssignedAddOns.json"},
        "uri": f"{uri}.json",
    }


# What a number without voice, addresses or bundles answers.
_UNUSED: Json = {
    "address_requirements": "none",
    "address_sid": None,
    "beta": False,
    "bundle_sid": None,
    "emergency_address_sid": None,
    "emergency_address_status": "unregistered",
    "emergency_status": "Inactive",
    "identity_sid": None,
    "origin": "twilio",
    "sms_application_sid": "",
    "sms_fallback_method": "POST",
    "sms_fallback_url": "",
    "status": "in-use",
    "status_callback": "",
    "status_callback_method": "POST",
    "trunk_sid": None,
    "type": "local",
    "voice_application_sid": None,
    "voice_caller_id_lookup": False,
    "voice_fallback_method": "POST",
    "voice_fallback_url": None,
    "voice_method": "POST",
    "voice_receive_mode": "voice",
    "voice_url": None,
}
