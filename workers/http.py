"""One HTTP exchange on a connection of its own, under one deadline.

Whether a request may have reached the other side is the question that decides if a text can
be sent again, so each exchange opens a connection, and what fails before the request is
written is told apart from what fails after. Redirects are answers, never followed.
"""

import heapq
import itertools
import os
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import certifi

CONNECT_SECONDS = 3.0
LONGEST_BODY = 4 * 1024 * 1024


class NotWritten(Exception):
    """Nothing of the request left this machine: it is safe to try again."""


class MaybeRead(Exception):
    """The request was written, or may have been; no whole answer came back.

    `status` is the answer's status code, where at least that had arrived.
    """

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    body: bytes
    headers: dict[str, str]


def exchange(
    method: str, url: str, headers: dict[str, str], body: bytes | None, seconds: float
) -> Answer:
    """Send one request and return its whole answer, within *seconds* all in all.

    Raises NotWritten, MaybeRead.
    """
    deadline = time.monotonic() + seconds
    connection = _connected(url, deadline)
    with _guard.until(deadline, connection.sock):
        try:
            return _ask(connection, method, _target(url), headers, body)
        finally:
            connection.close()


def _connected(url: str, deadline: float) -> HTTPConnection:
    parts = urlsplit(url)
    patience = min(CONNECT_SECONDS, max(0.1, deadline - time.monotonic()))
    host = parts.hostname or ""
    connection = (
        HTTPSConnection(host, parts.port, timeout=patience, context=_tls())
        if parts.scheme == "https"
        else HTTPConnection(host, parts.port, timeout=patience)
    )
    try:
        connection.connect()
    except (OSError, HTTPException) as error:  # DNS, refusal, time-out, TLS handshake
        connection.close()
        raise NotWritten(f"no connection: {type(error).__name__}") from error
    connection.sock.settimeout(max(0.1, deadline - time.monotonic()))
    return connection


def _ask(
    connection: HTTPConnection,
    method: str,
    target: str,
    headers: dict[str, str],
    body: bytes | None,
) -> Answer:
    status = None
    try:
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        status = response.status
        whole = response.read(LONGEST_BODY)
    except (OSError, HTTPException) as error:
        raise MaybeRead(type(error).__name__, status) from error
    return Answer(status, whole, {name.lower(): value for name, value in response.getheaders()})


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


class _Guard:
    """Cuts exchanges at their deadline: a socket's own time-out begins anew with each byte."""

    def __init__(self) -> None:
        self._deadlines: list[tuple[float, int]] = []  # a heap; may name what is over
        self._under_way: dict[int, socket.socket] = {}
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._pid = 0

    def until(self, deadline: float, sock: socket.socket) -> "_Watch":
        with self._changed:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._watch, name="http-guard", daemon=True).start()
            number = next(self._numbers)
            self._under_way[number] = sock
            heapq.heappush(self._deadlines, (deadline, number))
            if self._deadlines[0][1] == number:
                self._changed.notify()
        return _Watch(self, number)

    def release(self, number: int) -> None:
        with self._changed:
            self._under_way.pop(number, None)

    def _watch(self) -> None:
        while True:
            with self._changed:
                self._drop_finished()
                left = self._deadlines[0][0] - time.monotonic() if self._deadlines else None
                if left is None or left > 0:
                    self._changed.wait(left)
                else:
                    _cut(self._under_way.pop(self._deadlines[0][1]))

    def _drop_finished(self) -> None:
        while self._deadlines and self._deadlines[0][1] not in self._under_way:
            heapq.heappop(self._deadlines)


@dataclass(frozen=True)
class _Watch:
    guard: _Guard
    number: int

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_error: object) -> None:
        self.guard.release(self.number)


def _cut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already


_guard = _Guard()
