"""A load generator for machines without wrk, and for sending an exact number of requests.

One process, one thread: keep-alive connections, each with one request under way. It reads no
more of an answer than its status and its length, because it shares the machine with what it
measures.
"""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

HOST = "127.0.0.1"
PATIENCE_SECONDS = 15.0
_LENGTH = b"content-length:"


class NoAnswer(Exception):
    """The server closed a connection, or was silent for too long."""


@dataclass
class Tally:
    """What came back: how many of each status, how long each took, when it began and ended."""

    began: float = 0.0
    ended: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def count(self, status: int, seconds: float) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.seconds.append(seconds)

    @property
    def per_second(self) -> float:
        return len(self.seconds) / (self.ended - self.began)


class Connection:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sent_at = 0.0
        self._arrived = b""

    def send(self, request: bytes) -> None:
        self._arrived, self._sent_at = b"", time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> tuple[int, float] | None:
        """Return status and seconds of the answer once it is there in full. May block."""
        chunk = self.socket.recv(65_536)
        if not chunk:
            raise NoAnswer("the server closed a connection")
        self._arrived += chunk
        if not is_whole(self._arrived):
            return None
        return int(self._arrived[9:12]), time.perf_counter() - self._sent_at


def is_whole(answer: bytes) -> bool:
    """Say whether an answer with a length, or with neither length nor body, has all arrived."""
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(_LENGTH):
            return len(body) >= int(line[len(_LENGTH) :])
    return True


def send(
    port: int, requests: Iterator[bytes], connections: int, seconds: float = float("inf")
) -> Tally:
    """Send until *requests* or *seconds* are over; every request sent is waited for.

    Raises NoAnswer.
    """
    tally = Tally(began=time.time())
    closing = time.monotonic() + seconds
    selector = selectors.DefaultSelector()
    everyone = [Connection(port) for _ in range(connections)]
    try:
        under_way = sum(_next(each, requests, selector) for each in everyone)
        while under_way:
            ready = selector.select(PATIENCE_SECONDS)
            if not ready:
                raise NoAnswer(f"nothing came for {PATIENCE_SECONDS:g} s")
            for key, _ in ready:
                under_way -= _answered(key.data, tally, selector)
                if key.data.socket not in selector.get_map() and time.monotonic() < closing:
                    under_way += _next(key.data, requests, selector)
    finally:
        selector.close()
        for each in everyone:
            each.socket.close()
    tally.ended = time.time()
    return tally


def _next(
    connection: Connection, requests: Iterator[bytes], selector: selectors.BaseSelector
) -> bool:
    request = next(requests, None)
    if request is None:
        return False
    selector.register(connection.socket, selectors.EVENT_READ, connection)
    connection.send(request)
    return True


def _answered(connection: Connection, tally: Tally, selector: selectors.BaseSelector) -> bool:
    answer = connection.read()
    if answer is None:
        return False
    selector.unregister(connection.socket)
    tally.count(*answer)
    return True
