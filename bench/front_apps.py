"""The same small view behind each way of serving it. bench/front.py starts them.

The only module of bench that imports the service: the front is measured alone here, before a
view that takes a lead's body and stores nothing, which the service itself does not have.
"""

import asyncio
import io
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask, request

from web.app import App
from web.front import Front

THREADS = 8
ANSWER = {"status": "accepted", "lead_id": "6f1c1f5e-2a52-5d0e-9d0b-0f6f6a1c2b3d"}


def _with_view(app: Flask) -> Flask:
    @app.post("/hooks/<token>")
    def receive(token: str) -> tuple[dict[str, str], int]:  # noqa: ARG001
        request.get_data(cache=False)
        return ANSWER, 202

    return app


class AsgiFront:
    """What a front looks like on ASGI: the body read by messages, a thread from an executor."""

    def __init__(self, application: Flask) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(THREADS)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body = b""
        async with asyncio.timeout(10):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if not message.get("more_body"):
                    break
        loop = asyncio.get_running_loop()
        environ = _environ(scope, body)
        status, headers, answer = await loop.run_in_executor(self._threads, self._run, environ)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _run(self, environ: dict[str, Any]) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        started: list[Any] = []
        parts = self._application(environ, lambda *head: started.extend(head))
        headers = [(name.encode(), value.encode()) for name, value in started[1]]
        return int(started[0][:3]), headers, b"".join(parts)


def _environ(scope: dict[str, Any], body: bytes) -> dict[str, Any]:
    headers = {
        "HTTP_" + name.decode("latin-1").upper().replace("-", "_"): value.decode("latin-1")
        for name, value in scope["headers"]
    }
    return headers | {
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": scope["path"],
        "QUERY_STRING": scope["query_string"].decode(),
        "CONTENT_TYPE": headers.get("HTTP_CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": scope["client"][0],
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SCRIPT_NAME": "",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.input_terminated": True,
    }


stock = _with_view(Flask("stock"))
lean = _with_view(App("lean", static_folder=None))
asgi = AsgiFront(lean)
front = Front(lean)
