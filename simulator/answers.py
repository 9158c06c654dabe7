"""Reading one HTTP/1.1 answer out of the bytes that came so far, as a pure function."""

from dataclasses import dataclass

HEAD_END = b"\r\n\r\n"
LARGEST = 1 << 20
NO_BODY = {204, 304}
FINAL = 200  # lower ones only announce another


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    keeps_alive: bool


def read_answer(received: bytes, *, is_ended: bool) -> Answer | None:
    """Read a whole answer, None while some of it is missing; raise ValueError on nonsense."""
    if len(received) > LARGEST:
        raise ValueError("The answer is too long")
    head, found, rest = received.partition(HEAD_END)
    if not found:
        return None
    status, headers = _read_head(head)
    if status < FINAL:
        return read_answer(rest, is_ended=is_ended)
    body = _read_body(status, headers, rest, is_ended=is_ended)
    if body is None:
        return None
    is_framed = status in NO_BODY or not headers.keys().isdisjoint(FRAMING)
    keeps_alive = is_framed and not is_ended and headers.get(b"connection", b"") != b"close"
    return Answer(status, body, keeps_alive)


FRAMING = {b"content-length", b"transfer-encoding"}


def _read_head(head: bytes) -> tuple[int, dict[bytes, bytes]]:
    first, *lines = head.split(b"\r\n")
    version, _, rest = first.partition(b" ")
    if not version.startswith(b"HTTP/1."):
        raise ValueError("This is not an HTTP/1 answer")
    headers = {}
    for line in lines:
        name, _, value = line.partition(b":")
        headers[name.strip().lower()] = value.strip().lower()
    return int(rest[:3]), headers


def _read_body(
    status: int, headers: dict[bytes, bytes], rest: bytes, *, is_ended: bool
) -> bytes | None:
    if status in NO_BODY:
        return b""
    if headers.get(b"transfer-encoding") == b"chunked":
        return _join_chunks(rest)
    if b"content-length" in headers:
        length = int(headers[b"content-length"])
        return rest[:length] if len(rest) >= length else None
    return rest if is_ended else None


def _join_chunks(rest: bytes) -> bytes | None:
    body = b""
    while True:
        size_line, found, rest = rest.partition(b"\r\n")
        if not found:
            return None
        size = int(size_line.partition(b";")[0], 16)
        if len(rest) < size + 2:
            return None
        if size == 0:
            return body
        body, rest = body + rest[:size], rest[size + 2 :]
