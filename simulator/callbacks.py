"""Signed form posts to the service, as Twilio's transport makes them.

Connect within 5 s, 15 s in all, one retry when the connection fails, no redirect followed. Each
receiver has its own allowance of connections, so a slow or dead one holds up nobody else.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urldefrag, urlencode, urlsplit

import aiohttp
from yarl import URL

from simulator import signature
from simulator.texts import new_sid

AT_ONCE = 128  # connections to one receiver
TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


@dataclass(frozen=True)
class Reply:
    status: int | None  # None: nobody answered
    body: str = ""


class Courier:
    def __init__(self, auth_token: str) -> None:
        self._auth_token = auth_token
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=TIMEOUT,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )
        self._allowances: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def post(self, url: str, fields: Mapping[str, str], *, signed: bool = True) -> Reply:
        """Post once, and once more if the connection failed; an answer of any kind ends it."""
        url, _ = urldefrag(url)
        headers = {"Content-Type": FORM, "I-Twilio-Idempotency-Token": new_sid("")}
        if signed:
            headers[signature.HEADER] = signature.sign(self._auth_token, url, fields)
        body = urlencode(fields).encode()
        async with self._allowances[urlsplit(url).netloc]:
            for _ in range(2):
                try:
                    return await self._post(url, headers, body)
                except aiohttp.ClientConnectionError:
                    continue
                except (aiohttp.ClientError, TimeoutError):
                    break
        return Reply(None)

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> Reply:
        # The address goes out exactly as it was signed.
        target = URL(url, encoded=True)
        async with self._session.post(
            target, data=body, headers=headers, allow_redirects=False
        ) as response:
            return Reply(response.status, await response.text(errors="replace"))
