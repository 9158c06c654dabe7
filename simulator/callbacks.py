"""Signed form posts to the service, as Twilio's transport makes them.

Connect within 5 s, 15 s in all, one retry when the connection fails, no redirect followed.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag, urlencode

from simulator import signature
from simulator.wire import Wires

SECONDS = 15.0
HEADERS = (
    "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
    "User-Agent: TwilioProxy/1.1\r\n"
    "Accept: */*\r\n"
)


@dataclass(frozen=True)
class Reply:
    status: int | None  # None: nobody answered
    body: str = ""


class Courier:
    def __init__(self, auth_token: str) -> None:
        self._auth_token = auth_token
        self._wires = Wires()

    async def post(self, url: str, fields: Mapping[str, str], *, signed: bool = True) -> Reply:
        """Post a form; an answer of any kind ends it, and so does the lack of one."""
        url, _ = urldefrag(url)
        body = urlencode(fields).encode()
        token = hashlib.sha256(body).hexdigest()[:32]  # the same when the same is posted again
        headers = f"{HEADERS}I-Twilio-Idempotency-Token: {token}\r\n"
        if signed:
            signed_as = signature.sign(self._auth_token, url, fields)
            headers += f"{signature.HEADER}: {signed_as}\r\n"
        try:
            answer = await self._wires.post(url, headers, body, SECONDS)
        except (OSError, ValueError):  # nobody there, too slow, or not HTTP
            return Reply(None)
        return Reply(answer.status, answer.body.decode(errors="replace"))

    def close(self) -> None:
        self._wires.close()
