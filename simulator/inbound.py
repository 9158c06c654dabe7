"""A person texts one of our numbers: noted in the ledger, posted to the service, signed.

Whatever TwiML the service answers is obeyed as Twilio would: each `<Message>` is a text of its
own, in the ledger with `via` twiml. Stop words are not treated specially here.
"""

import sqlite3
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from simulator import numbers, segments, texts
from simulator.callbacks import Reply
from simulator.fates import fate_of
from simulator.ledger import now
from simulator.resources import API_VERSION
from simulator.state import Simulator
from simulator.texts import INBOUND, OUTBOUND_REPLY, Text, new_sid

PLACES = ("City", "State", "Zip")


@dataclass(frozen=True)
class Inbound:
    sender: str
    recipient: str
    body: str
    opt_out_type: str | None = None


async def receive(simulator: Simulator, inbound: Inbound) -> tuple[str, Reply]:
    """Deliver one inbound text; give its id and what the service answered."""
    text = _text(inbound.sender, inbound.recipient, inbound.body)
    url = await simulator.ledger.run(lambda connection: _note(connection, text))
    reply = await simulator.courier.post(
        url or simulator.settings.inbound_url, _fields(simulator, text, inbound.opt_out_type)
    )
    for to, body in replies(reply):
        await _send(simulator, sender=inbound.recipient, to=to or inbound.sender, body=body)
    return text.sid, reply


def replies(reply: Reply) -> list[tuple[str | None, str]]:
    """Read the texts that TwiML asks for, each with the number it names, if it names one."""
    try:
        # The XML comes from our own service; expat itself stops expanding entities.
        document = ET.fromstring(reply.body)  # noqa: S314
    except ET.ParseError:
        return []
    if document.tag != "Response":
        return []
    found = ((message.get("to"), _words(message)) for message in document.iter("Message"))
    return [(to, words) for to, words in found if words]


def _words(message: ET.Element) -> str:
    bodies = message.findall("Body")
    if bodies:
        return "".join("".join(body.itertext()) for body in bodies).strip()
    return (message.text or "").strip()


async def _send(simulator: Simulator, *, sender: str, to: str, body: str) -> None:
    text = _text(sender, to, body)
    text.direction, text.via, text.status, text.sent_at = (
        OUTBOUND_REPLY,
        "twiml",
        "queued",
        None,
    )
    if fate_of(to).refusal:
        return  # Twilio drops such a reply; nobody is told
    await simulator.ledger.run(lambda connection: texts.accept(connection, text))
    simulator.lives.begin(text)


def _text(sender: str, recipient: str, body: str) -> Text:
    at = now()
    return Text(
        sid=new_sid("SM"),
        direction=INBOUND,
        via="phone",
        sender=sender,
        recipient=recipient,
        body=body,
        service_sid=None,
        status="received",
        error_code=None,
        status_callback=None,
        owed="",
        signed=True,
        created_at=at,
        updated_at=at,
        sent_at=at,
    )


def _note(connection: sqlite3.Connection, text: Text) -> str | None:
    texts.accept(connection, text)
    numbers.meet(connection, text.recipient)
    return numbers.inbound_url(connection, text.recipient)


def _fields(simulator: Simulator, text: Text, opt_out_type: str | None) -> dict[str, str]:
    """Give the form Twilio posts; where a person lives is unknown, and sent empty."""
    fields = {
        "AccountSid": simulator.settings.account_sid,
        "ApiVersion": API_VERSION,
        "Body": text.body,
        "From": text.sender or "",
        "FromCountry": "US",
        "MessageSid": text.sid,
        "NumMedia": "0",
        "NumSegments": str(segments.count(text.body)),
        "SmsMessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsStatus": text.status,
        "To": text.recipient,
        "ToCountry": "US",
    }
    fields |= {f"{end}{place}": "" for end in ("From", "To") for place in PLACES}
    return fields | ({"OptOutType": opt_out_type} if opt_out_type else {})
