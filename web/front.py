"""What stands between Granian and the Flask application, so that nobody slow holds a thread.

The event loop checks the head of a request (web/checks.py) and reads its body under a deadline
(web/bodies.py). Only a request that is there in full gets a thread of the crew, in which the
application runs as plain WSGI. Why it is so: docs/decisions/0002-safe-front.md.
"""

import asyncio
import gc
import io
from collections.abc import Callable, Iterable
from functools import partial
from typing import IO
from wsgiref.types import WSGIApplication

import config
import logs
from web import problems
from web.bodies import discard, read
from web.checks import Environ, is_hook, is_small, manner, methods, refuse
from web.crew import Crew
from web.environ import build
from web.headers import complete
from web.requests import REFUSAL, REQUEST_ID, Refusal, accepted_request_id
from web.rsgi import Closed, Exchange, Misused, Scope, Stream, WrittenHeaders

#: Rejections that the application stores when the endpoint URL is one of ours.
KEPT = frozenset({"incomplete", "length-required", "too-large", "encoded-body"})

LARGE_BODIES_AT_ONCE = 2
BUSY = Refusal(503, "unavailable", "Too many requests are waiting already.")
BUSY_RETRY_SECONDS = "2"
#: A request leaves next to no cycles behind: look for them ten times less often than Python.
GC_THRESHOLDS = (7_000, 10, 10)
STREAM_PART_SECONDS = 30  # a reader that takes longer for a part of an answer is given up


Write = Callable[[bytes], object]


class Front:
    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._large_bodies = 0

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._crew = Crew(
            loop, max(1, config.DATABASE_POOL - 1)
        )  # one is for those run together
        gc.freeze()  # what is here now stays for good: no collection need look at it again
        gc.set_threshold(*GC_THRESHOLDS)

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        environ, longest_header = build(scope)
        environ[REQUEST_ID] = accepted_request_id(environ.get("HTTP_X_REQUEST_ID"))
        taken = await self._take(environ, exchange, scope.authority, longest_header)
        if isinstance(taken, Refusal) and not (taken.code in KEPT and is_hook(environ)):
            _answer_refused(environ, exchange, taken)
            return
        _attach(environ, taken)
        run = partial(self._run, environ, exchange)
        if not await self._crew.do(run, manner(environ)):
            _answer_refused(environ, exchange, BUSY)

    async def _take(
        self, environ: Environ, exchange: Exchange, authority: str | None, longest_header: int
    ) -> IO[bytes] | Refusal:
        refused = refuse(environ, authority, longest_header)
        if refused is not None:
            await discard(environ, exchange)
            return refused
        if is_small(environ):
            return await read(environ, exchange)
        return await self._take_large(environ, exchange)

    async def _take_large(self, environ: Environ, exchange: Exchange) -> IO[bytes] | Refusal:
        """Only a few at once: they come before anyone is authenticated, and fill the disk."""
        if self._large_bodies == LARGE_BODIES_AT_ONCE:
            return BUSY
        self._large_bodies += 1
        try:
            return await read(environ, exchange)
        finally:
            self._large_bodies -= 1

    def _run(self, environ: Environ, exchange: Exchange, late: bool) -> None:
        """Run the application and write its answer. This is in a thread of the crew."""
        if late:
            _answer_refused(environ, exchange, BUSY)
            return
        logs.request_id.set(environ[REQUEST_ID])
        head: list[tuple[int, WrittenHeaders]] = []

        def start_response(
            status: str, headers: WrittenHeaders, _error: object = None
        ) -> Write:
            head[:] = [(int(status[:3]), complete(headers, environ[REQUEST_ID]))]
            return _refuse_to_write

        parts = self._application(environ, start_response)
        try:
            self._write(exchange, *head[0], parts)
        except (Closed, Misused, TimeoutError):
            pass  # the caller has gone; what was decided stands
        finally:
            if close := getattr(parts, "close", None):
                close()

    def _write(
        self, exchange: Exchange, status: int, headers: WrittenHeaders, parts: Iterable[bytes]
    ) -> None:
        if isinstance(parts, list) or status in {204, 304} or _length_is_known(headers):
            exchange.response_bytes(status, headers, b"".join(parts))
            return
        stream = exchange.response_stream(status, headers)
        for part in parts:
            sent = asyncio.run_coroutine_threadsafe(_send(stream, part), self._loop)
            sent.result(STREAM_PART_SECONDS)


def _attach(environ: Environ, taken: IO[bytes] | Refusal) -> None:
    """Hand the body over; a refusal goes along with an empty one, to be stored."""
    if isinstance(taken, Refusal):
        environ[REFUSAL] = taken
        taken = io.BytesIO()
    environ["wsgi.input"] = taken
    environ["CONTENT_LENGTH"] = str(taken.seek(0, io.SEEK_END))
    taken.seek(0)


def _answer_refused(environ: Environ, exchange: Exchange, refused: Refusal) -> None:
    problem = problems.Problem(refused.status, refused.code, refused.detail)
    headers = [("Content-Type", problems.CONTENT_TYPE)]
    if refused.status == 405:  # noqa: PLR2004
        headers.append(("Allow", ", ".join(sorted(methods(environ)))))
    if refused.status == 503:  # noqa: PLR2004
        headers.append(("Retry-After", BUSY_RETRY_SECONDS))
    request_id = environ[REQUEST_ID]
    exchange.response_bytes(
        refused.status, complete(headers, request_id), problem.body(request_id)
    )


def _length_is_known(headers: WrittenHeaders) -> bool:
    return any(name.lower() == "content-length" for name, _ in headers)


async def _send(stream: Stream, part: bytes) -> None:
    await stream.send_bytes(part)


def _refuse_to_write(_data: bytes) -> None:
    raise NotImplementedError("return the body instead; nothing here writes by hand")
