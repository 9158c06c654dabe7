"""Granian's view of a request becomes a WSGI environ: the lean way, once per request.

Nothing a caller can forge gets through: headers with an underscore in their name (they would
pose as others) and all forms of X-Forwarded-* are left out. Whether we are behind one proxy
that tells the client's address is a fact of the hosting, not of the request.
"""

import sys
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import config
from web.rsgi import Scope

_public = urlsplit(config.PUBLIC_BASE_URL)

_BASE: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "SERVER_NAME": _public.hostname,
    "SERVER_PORT": str(_public.port or {"http": 80, "https": 443}[_public.scheme]),
    "SERVER_PROTOCOL": "HTTP/1.1",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": _public.scheme,
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,  # it is in full at hand before the application starts
}

_FORGEABLE = frozenset(
    {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port"}
    | {"x-forwarded-prefix", "x-forwarded-proto", "x-forwarded-server", "x-real-ip"}
)
_HOSTED = config.is_hosted()


def build(scope: Scope) -> tuple[dict[str, Any], int]:
    """Return the environ without its body, and the length of the longest header."""
    environ = _BASE.copy()
    environ["REQUEST_METHOD"] = scope.method
    environ["PATH_INFO"] = _latin(scope.path)
    environ["QUERY_STRING"] = _latin(scope.query_string)
    longest = 0
    headers = scope.headers.items()
    for name, value in headers:
        longest = max(longest, len(name) + len(value) + 4)
        key = _key(name)
        if key in environ:
            environ[key] += ("; " if name == "cookie" else ", ") + value
        elif key:
            environ[key] = value
    environ["REMOTE_ADDR"] = _client(scope.client, headers)
    return environ, longest


def _latin(part: str) -> str:
    """WSGI carries the bytes of an address as the letters of Latin-1."""
    return part if part.isascii() else part.encode().decode("latin-1")


@lru_cache(maxsize=512)
def _key(name: str) -> str:
    """Name a header as WSGI does; an empty name leaves it out."""
    if name in {"content-type", "content-length"}:
        return name.upper().replace("-", "_")
    if name in _FORGEABLE or "_" in name:
        return ""
    return "HTTP_" + name.upper().replace("-", "_")


def _client(peer: str, headers: list[tuple[str, str]]) -> str:
    """One hop is trusted: the router appends the client's address as the last entry."""
    if _HOSTED:
        told = ",".join(value for name, value in headers if name == "x-forwarded-for")
        if last := told.rpartition(",")[2].strip():
            return last
    return peer.rpartition(":")[0].strip("[]")
