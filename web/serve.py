"""python -m web.serve: Granian with the safe front, as HOST, PORT and WEB_CONCURRENCY say.

SIGTERM, once or twice, ends it: no new connections, requests in flight are finished, and what
is not done after 20 s is killed, which leaves time within a host's 30.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.server import Server

import logs
from web import create_app
from web.front import Front
from web.watch import watch

HEADER_READ_MILLISECONDS = 10_000
HEAD_BUFFER_BYTES = 64 * 1024  # of a connection; the head of a request has to fit
CONNECTIONS = 1_024  # of a process, idle and slow ones included
KILL_SECONDS = 20

#: Granian's own lines go where ours go. It has no access log here: paths hold tokens.
LOGGING = {
    "handlers": {},
    "formatters": {},
    "loggers": {"_granian": {"handlers": [], "propagate": True}},
}


def main() -> None:
    serve(_load)


def _load() -> Front:
    watch.start()  # in each worker process: this one only looks after them
    return Front(create_app())


def serve(load: Callable[[], Any]) -> None:
    """Serve what *load* makes. It is called in each worker process, which shares nothing."""
    logs.configure()
    Server(
        "web.front",
        address=os.environ.get("HOST", "0.0.0.0"),  # noqa: S104  (a host's router comes from outside)
        port=_number("PORT", 8000),
        workers=_number("WEB_CONCURRENCY", 2),
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_READ_MILLISECONDS, max_buffer_size=HEAD_BUFFER_BYTES
        ),
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        workers_kill_timeout=KILL_SECONDS,
        respawn_failed_workers=True,
        log_dictconfig=LOGGING,
    ).serve(target_loader=load, wrap_loader=False)


def _number(name: str, fallback: int) -> int:
    raw = os.environ.get(name, "").strip() or str(fallback)
    if not raw.isdecimal():
        sys.exit(
            f"The service cannot start:\n  - {name} is not usable: a whole number is wanted"
        )
    return int(raw)


if __name__ == "__main__":
    main()
