"""Twilio in this process, below the official client: a ledger, and ways of going wrong.

What the ledger holds is the truth, as in the simulator. But nothing here lives on by itself:
a text moves only when the machine moves it, so that the same steps have the same ends.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, parse_qsl, urlsplit

from workers.http import Answer, MaybeRead, NotWritten

#: How a create call can go wrong, and whether Twilio has the text then.
MODES = {
    "ok": True,
    "accept_then_500": True,
    "reset_after_accept": True,
    "half_body": True,
    "503": False,
    "302": False,
    "reset_before_read": False,
    "not_written": False,
    "429": False,
    "401": False,
}
#: What Twilio says at once to numbers that end so.
REFUSALS = {"0001": 21211, "0002": 21614, "0004": 21610}
FINAL = ("delivered", "undelivered", "failed")


@dataclass
class Sent:
    """One text that Twilio has accepted."""

    sid: str
    to: str
    sender: str
    body: str
    callback: str
    at: datetime
    clock: float  # the seconds by which rows had been aged when it came
    status: str = "queued"

    @property
    def lead_id(self) -> str:
        return parse_qs(urlsplit(self.callback).query)["lead"][0]


@dataclass
class Carrier:
    """Answers what the official client asks, by its mode, and remembers every text."""

    mode: str = "ok"
    lag: float = 0.0  # a list shows a text only when it is older
    clock: float = 0.0  # the seconds by which the rows have been aged
    texts: list[Sent] = field(default_factory=list)

    def exchange(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, seconds: float
    ) -> Answer:
        if method == "POST":
            return self._create(dict(parse_qsl((body or b"").decode())))
        parts = urlsplit(url)
        name = parts.path.rpartition("/")[2].removesuffix(".json")
        if name != "Messages":
            found = [text for text in self.texts if text.sid == name]
            return self._fetched(found)
        return self._listed(parse_qs(parts.query)["To"][0])

    def move(self, text: Sent, status: str) -> None:
        """Twilio's own record: the first final status stands."""
        if text.status not in FINAL:
            text.status = status

    def _create(self, fields: dict[str, str]) -> Answer:
        if self.mode == "not_written":
            raise NotWritten("refused")
        if self.mode == "reset_before_read":
            raise MaybeRead("reset")
        if self.mode in {"429", "401"}:
            code = {"429": 20429, "401": 20003}[self.mode]
            return _answer(int(self.mode), {"code": code, "message": "no", "status": 1})
        if not MODES[self.mode]:
            return _answer(int(self.mode), {})
        if code := REFUSALS.get(fields["To"][-4:]):
            return _answer(400, {"code": code, "message": "no", "status": 400})
        return self._accepted(self._accept(fields))

    def _accept(self, fields: dict[str, str]) -> Sent:
        text = Sent(
            sid=f"SM{len(self.texts):032x}",
            to=fields["To"],
            sender=fields["From"],
            body=fields["Body"],
            callback=fields["StatusCallback"],
            at=datetime.now(UTC),
            clock=self.clock,
        )
        self.texts.append(text)
        return text

    def _accepted(self, text: Sent) -> Answer:
        if self.mode == "reset_after_accept":
            raise MaybeRead("reset")
        if self.mode == "accept_then_500":
            return _answer(500, {})
        if self.mode == "half_body":
            return Answer(201, b'{"sid": "SM', {})
        return _answer(201, self._shape(text))

    def _fetched(self, found: list[Sent]) -> Answer:
        if not found:
            return _answer(404, {"code": 20404, "message": "not found", "status": 404})
        return _answer(200, self._shape(found[0]))

    def _listed(self, to: str) -> Answer:
        now = datetime.now(UTC)
        shown = [
            self._shape(text)
            for text in reversed(self.texts)
            if text.to == to and (now - self._created(text)).total_seconds() >= self.lag
        ]
        return _answer(200, {"messages": shown, "page_size": 50, "next_page_uri": None})

    def _created(self, text: Sent) -> datetime:
        """When it was accepted, by the clock that the rows go by."""
        return text.at - timedelta(seconds=self.clock - text.clock)

    def _shape(self, text: Sent) -> dict[str, object]:
        return {
            "sid": text.sid,
            "status": text.status,
            "error_code": 30003 if text.status in {"undelivered", "failed"} else None,
            "body": text.body,
            "to": text.to,
            "from": text.sender,
            "direction": "outbound-api",
            "date_created": format_datetime(self._created(text)),
        }


def _answer(status: int, shape: dict[str, object]) -> Answer:
    return Answer(status, json.dumps(shape).encode(), {"Content-Type": "application/json"})
