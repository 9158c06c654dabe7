"""The real front on the real Granian, before views that only tell what reached them.

Run by test_front.py: it needs no database, so what fails there is the front.
"""

import time
from collections.abc import Iterator

from flask import Flask, Response, request

from web import problems
from web.app import App
from web.front import Front
from web.requests import refusal, request_id
from web.serve import serve


def make_app() -> Flask:
    app = App(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    problems.install(app)
    app.post("/hooks/<token>")(tell)
    app.route("/echo", methods=["GET", "POST", "DELETE"], endpoint="echo")(tell)
    app.post("/api/v1/suppressions/import")(measure)
    app.post("/slow")(slow)
    app.get("/stream")(stream)
    app.get("/boom")(boom)
    app.get("/cached")(cached)
    return app


def tell(token: str = "") -> dict[str, object]:
    return {
        "body": request.get_data(as_text=True),
        "refused": refusal(request.environ),
        "request_id": request_id(),
        "client": request.remote_addr,
        "scheme": request.scheme,
        "headers": dict(request.headers),
        "path": request.path,
    }


def measure() -> dict[str, int]:
    total = 0
    while part := request.stream.read(1024 * 1024):
        total += len(part)
    return {"bytes": total}


def slow() -> dict[str, str]:
    time.sleep(float(request.get_data()))
    return {"status": "done"}


def stream() -> Response:
    def lines() -> Iterator[bytes]:
        for number in range(20_000):
            yield b"%d,line\n" % number

    return Response(lines(), content_type="text/csv")


def boom() -> Response:
    raise ValueError("a secret detail")


def cached() -> Response:
    return Response("x", headers={"Cache-Control": "max-age=60"})


if __name__ == "__main__":
    serve(lambda: Front(make_app()))
