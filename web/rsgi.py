"""What we use of Granian's RSGI interface: its objects come from Rust and have no types."""

from collections.abc import AsyncIterator
from typing import Protocol

from granian.rsgi import ProtocolClosed as Closed  # type: ignore[attr-defined]
from granian.rsgi import ProtocolError as Misused  # type: ignore[attr-defined]

__all__ = ["Closed", "Exchange", "Incoming", "Misused", "Scope", "Stream", "WrittenHeaders"]

WrittenHeaders = list[tuple[str, str]]


class Headers(Protocol):
    def items(self) -> list[tuple[str, str]]: ...


class Scope(Protocol):
    """The head of a request. Header names are in lower case; the path has no escapes left."""

    client: str
    method: str
    path: str
    query_string: str
    authority: str | None

    @property
    def headers(self) -> Headers: ...


class Incoming(Protocol):
    """The body of a request: whole when called, by chunks when iterated."""

    async def __call__(self) -> bytes: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...


class Stream(Protocol):
    async def send_bytes(self, data: bytes) -> None: ...


class Exchange(Incoming, Protocol):
    """The body of a request, and the way to answer it. A thread may answer."""

    def response_bytes(self, status: int, headers: WrittenHeaders, body: bytes) -> None: ...
    def response_stream(self, status: int, headers: WrittenHeaders) -> Stream: ...
