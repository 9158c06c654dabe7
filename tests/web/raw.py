"""HTTP over a bare socket: the tests send what no client library would."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]

SETTINGS = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
    "ALLOWED_HOSTS": "leads.example.com",
    "SECRET_KEY": "for-tests-only-for-tests-only",
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000",
    "TWILIO_AUTH_TOKEN": "for-tests-only-for-tests-only",
    "PYTHONPATH": str(ROOT),
    "HOST": "127.0.0.1",
    "WEB_CONCURRENCY": "1",
}


class Reply(NamedTuple):
    status: int  # 0: closed without a word
    headers: dict[str, str]
    body: bytes
    closed: bool

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@contextmanager
def running(*command: str, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start a server on a free port, wait until it answers, and end it afterwards."""
    port = free_port()
    environment = SETTINGS | settings | {"PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, *command], env=environment, cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        wait_until_open(process, port)
        yield process, port
    finally:
        process.terminate()
        try:
            process.communicate(timeout=25)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_until_open(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended before it could answer"
        with suppress(OSError):
            send(port, b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n", wait=5)
            return
        time.sleep(0.05)
    raise AssertionError("the server did not answer within 30 s")


def connect(port: int, wait: float = 20) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=wait)


def send(port: int, data: bytes, *, then_close: bool = False, wait: float = 20) -> Reply:
    with connect(port, wait) as sock:
        with suppress(ConnectionError):  # it may answer, and close, before all is sent
            sock.sendall(data)
            if then_close:
                sock.shutdown(socket.SHUT_WR)
        return receive(sock)


def receive(sock: socket.socket) -> Reply:
    with sock.makefile("rb", buffering=0) as answer:  # not a byte of the next answer
        status = _status(answer.readline())
        if status == 100:
            answer.readline()
            status = _status(answer.readline())
        headers = _headers(answer)
        length = int(headers.get("content-length", 0))
        body = _body(answer, length) if "transfer-encoding" not in headers else answer.read()
        return Reply(status, headers, body, headers.get("connection") == "close")


def _body(answer: Any, length: int) -> bytes:
    body = b""
    while len(body) < length and (part := answer.read(length - len(body))):
        body += part
    return body


def _status(line: bytes) -> int:
    return int(line.split()[1]) if line else 0


def _headers(answer: Any) -> dict[str, str]:
    headers = {}
    while (line := answer.readline().strip()) != b"":
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return headers


def request(
    method: str, path: str, *lines: str, body: bytes = b"", host: str = "localhost"
) -> bytes:
    """Write a request with a Host, the given header lines, and a length if there is a body."""
    head = [f"{method} {path} HTTP/1.1", f"Host: {host}", *lines]
    if body and not any(line.lower().startswith("content-length") for line in lines):
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def chunked(method: str, path: str, *lines: str, body: bytes = b"") -> bytes:
    head = request(method, path, "Transfer-Encoding: chunked", *lines)
    return head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
