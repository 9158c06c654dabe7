"""HTTP/1.1 posts over kept-alive connections, with as little work as that takes.

A load test of the whole service shares two cores with the simulator, and each text costs two
posts: a full client spent more time on them than all the rest of the simulator together. Only
what a status callback needs is here: one request at a time on a connection, the whole answer
read, no redirects, no compression.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import cast
from urllib.parse import urlsplit

from simulator.answers import Answer, read_answer

CONNECT_SECONDS = 5
AT_ONCE = 128  # connections to one receiver


@dataclass(frozen=True)
class Address:
    """Where a URL leads: to whom one connects, and what one asks for."""

    host: str
    port: int
    is_secure: bool
    named: str  # the Host header
    target: str


class Wires:
    """Connections by receiver. Each has its own allowance: a slow one holds up nobody else."""

    def __init__(self) -> None:
        self._idle: defaultdict[str, list[_Wire]] = defaultdict(list)
        self._allowances: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE)
        )

    async def post(self, url: str, headers: str, body: bytes, seconds: float) -> Answer:
        """Post once, and once more on a fresh connection if the first failed.

        Raises OSError when both fail, TimeoutError (one too) when the time is over.
        """
        address = _address(url)
        request = _request(address, headers, body)
        async with self._allowances[address.named], asyncio.timeout(seconds):
            try:
                return await self._exchange(address, request, self._take(address))
            except ConnectionError:
                return await self._exchange(address, request, None)

    def close(self) -> None:
        for wires in self._idle.values():
            for wire in wires:
                wire.close()

    def _take(self, address: Address) -> "_Wire | None":
        idle = self._idle[address.named]
        while idle:
            wire = idle.pop()
            if wire.is_open:
                return wire
        return None

    async def _exchange(self, address: Address, request: bytes, wire: "_Wire | None") -> Answer:
        wire = wire or await _connect(address)
        try:
            answer = await wire.exchange(request)
        except BaseException:
            wire.close()  # whatever comes on it now belongs to nobody
            raise
        if answer.keeps_alive:
            self._idle[address.named].append(wire)
        else:
            wire.close()
        return answer


class _Wire(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._waiting: asyncio.Future[Answer] | None = None

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def exchange(self, request: bytes) -> Answer:
        if self._transport is None or not self.is_open:
            raise ConnectionResetError("The connection is closed")
        self._received = b""
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._read(is_ended=False)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._transport = None
        self._read(is_ended=True)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError("No answer came"))

    def _read(self, *, is_ended: bool) -> None:
        if self._waiting is None or self._waiting.done():
            return
        try:
            answer = read_answer(self._received, is_ended=is_ended)
        except ValueError as problem:
            self._waiting.set_exception(problem)
            return
        if answer is not None:
            self._waiting.set_result(answer)


async def _connect(address: Address) -> _Wire:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(CONNECT_SECONDS):
        _, wire = await loop.create_connection(
            _Wire, address.host, address.port, ssl=address.is_secure or None
        )
    return wire


def _request(address: Address, headers: str, body: bytes) -> bytes:
    head = (
        f"POST {address.target} HTTP/1.1\r\nHost: {address.named}\r\n"
        f"Content-Length: {len(body)}\r\n{headers}\r\n"
    )
    return head.encode("latin-1") + body


@lru_cache(maxsize=1024)
def _address(url: str) -> Address:
    parts = urlsplit(url)
    is_secure = parts.scheme == "https"
    return Address(
        host=parts.hostname or "",
        port=parts.port or (443 if is_secure else 80),
        is_secure=is_secure,
        named=parts.netloc.rpartition("@")[2],
        target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )
