"""More than the service is made for: a burst, and clients that never finish: F39, F40."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit

from faults.nemesis.fault import Factory, Fault
from faults.service import Service

CONNECTIONS = 500
DRIP_SECONDS = 1.0
CONNECT_SECONDS = 5.0


@runtime_checkable
class Burst(Protocol):
    """A fault that is nothing but more load: whoever drives the senders multiplies it."""

    factor: float


class Load(Protocol):
    """What is multiplied: leads a second."""

    rate: float


@contextmanager
def louder(load: Load, fault: Fault) -> Iterator[None]:
    """Multiply the load while the block lasts, if that is what the fault is."""
    usual = load.rate
    try:
        if isinstance(fault, Burst):
            load.rate = usual * fault.factor
        yield
    finally:
        load.rate = usual


@dataclass
class TenTimes:
    """Ten times the usual rate, for a minute."""

    name: str = "burst"
    seconds: float = 60.0
    factor: float = 10.0

    def begin(self, service: Service) -> None:
        """Need nothing of the service."""

    def end(self, service: Service) -> None:
        """Likewise."""


@dataclass
class SlowLoris:
    """Hundreds of clients that send a byte a second, in the headers or in the body."""

    name: str
    in_body: bool
    seconds: float = 15.0
    _open: list[socket.socket] = field(default_factory=list, init=False)
    _over: threading.Event = field(default_factory=threading.Event, init=False)

    def begin(self, service: Service) -> None:
        self._over.clear()
        url = urlsplit(service.endpoint_url)
        head = f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\n"
        if self.in_body:
            head += "Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"
        for _ in range(CONNECTIONS):
            with suppress(OSError):  # refused or cut: the service defends itself
                client = socket.create_connection(("127.0.0.1", url.port), CONNECT_SECONDS)
                self._open.append(client)
                client.sendall(head.encode())
        threading.Thread(target=self._drip, name="slowloris", daemon=True).start()

    def end(self, _service: Service) -> None:
        self._over.set()
        while self._open:
            self._open.pop().close()

    def _drip(self) -> None:
        drop = b" " if self.in_body else b"X"
        while not self._over.wait(DRIP_SECONDS):
            for client in list(self._open):
                with suppress(OSError):
                    client.sendall(drop)


TABLE: dict[str, Factory] = {
    "burst": lambda _draw: TenTimes(),  # F39
    "slowloris-headers": lambda _draw: SlowLoris("slowloris-headers", in_body=False),  # F40
    "slowloris-bodies": lambda _draw: SlowLoris("slowloris-bodies", in_body=True),  # F40
}
