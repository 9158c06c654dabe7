"""A proxy between the service and one of its servers, for replies that get lost on the way.

It passes everything on until it is told otherwise: to lose exactly one reply, to be slow, to
cut every connection. It speaks no protocol. The reply it loses is the next one after a request
that holds the wanted bytes: the server has done what was asked, and nobody hears of it.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

CHUNK = 65_536
Connect = Callable[[], socket.socket]


@dataclass
class Proxy:
    """Serves a listening socket; each client gets a connection of its own to the server."""

    listener: socket.socket
    connect: Connect
    reply_delay_seconds: float = 0.0
    lost: int = field(default=0, init=False)  # replies that were lost so far
    passed: int = field(default=0, init=False)  # connections that were served so far
    _wanted: bytes = field(default=b"", init=False)
    _to_lose: int = field(default=0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _open: set[socket.socket] = field(default_factory=set, init=False)
    _closed: bool = field(default=False, init=False)

    def start(self) -> None:
        """Serve from now on, in threads of its own."""
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    def lose_reply(self, to: bytes = b"", times: int = 1) -> None:
        """Lose the next reply to a request that holds these bytes, and its connection."""
        with self._lock:
            self._wanted, self._to_lose = to, times

    def cut(self) -> None:
        """Break every connection that there is."""
        with self._lock:
            victims = list(self._open)
        _break(victims)

    def close(self) -> None:
        """Serve nobody any more."""
        self._closed = True
        _break([self.listener])  # wakes who waits in accept()
        self.listener.close()
        self.cut()

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, _ = self.listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = self.connect()
        except OSError:  # the server is away, and the client learns it as it would without us
            client.close()
            return
        with client, server:
            with self._lock:
                self._open |= {client, server}
                self.passed += 1
            pair = Pair(self, client, server)
            answering = threading.Thread(target=pair.answer, daemon=True)
            answering.start()
            pair.ask()
            answering.join()
            with self._lock:
                self._open -= {client, server}

    def claims(self, asked: bytes) -> bool:
        """Say whether the reply to what was asked is one to lose; then there is one less."""
        with self._lock:
            if not self._to_lose or self._wanted not in asked:
                return False
            self._to_lose -= 1
            self.lost += 1
            return True


@dataclass
class Pair:
    """One client and its connection to the server."""

    proxy: Proxy
    client: socket.socket
    server: socket.socket
    _asked: bytes = b""  # since the last reply
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self) -> None:
        """Carry requests, until either side has had enough."""
        with suppress(OSError):
            while request := self.client.recv(CHUNK):
                with self._lock:
                    self._asked = (self._asked + request)[-CHUNK:]
                self.server.sendall(request)
        _break([self.client, self.server])

    def answer(self) -> None:
        """Carry replies, late if need be; lose the one that is to be lost."""
        with suppress(OSError):
            while reply := self.server.recv(CHUNK):
                with self._lock:
                    asked, self._asked = self._asked, b""
                if self.proxy.claims(asked):
                    break
                time.sleep(self.proxy.reply_delay_seconds)
                self.client.sendall(reply)
        _break([self.client, self.server])


def _break(sockets: Iterable[socket.socket]) -> None:
    for each in sockets:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
