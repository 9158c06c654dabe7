"""What the front refuses by the head of a request alone, in a fixed order.

431, 414, 400 (host), 405, 413 by length, then how the body travels: 501, 415, 417, 411. What
Granian answers itself (broken HTTP, more than 100 headers, two different lengths) never gets
here. Everything about the address and the body is the application's.
"""

from typing import Any
from urllib.parse import urlsplit

import config
from web.crew import Manner
from web.requests import Refusal

HEADER_BYTES = 8_190
REQUEST_LINE_BYTES = 4_094
BODY_BYTES = 64 * 1024
LARGE_BODY_BYTES = 128 * 1024 * 1024
IDS_BYTES = 512 * 1024  # ten thousand ids, and what stands around them

#: What takes a large body: a CSV of numbers, streamed into the database, sent by a script or
#: by a page.
LARGE_BODIES = frozenset(
    {("POST", "/api/v1/suppressions/import"), ("POST", "/contacts/suppressed/list")}
)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
HOOK_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
HOOKS = "/hooks/"
RECEIPTS = "/twilio/status"
ACTIONS, CAMPAIGNS = "/api/v1/actions", "/api/v1/campaigns/"  # what lists ids
FORM = "application/x-www-form-urlencoded"

_LINE_FRAME = len("  HTTP/1.1")

Environ = dict[str, Any]


def _accepted_hosts() -> frozenset[str]:
    own = urlsplit(config.PUBLIC_BASE_URL).hostname or ""
    loopback = config.LOOPBACK_NAMES if own in config.LOOPBACK_NAMES else frozenset()
    return frozenset({own}) | config.ALLOWED_HOSTS | loopback


HOSTS = _accepted_hosts()


def refuse(environ: Environ, authority: str | None, longest_header: int) -> Refusal | None:
    """Say why this request is not taken, or None. *authority*: of an absolute request line."""
    if longest_header > HEADER_BYTES:
        return Refusal(431, "headers-too-large", "A header has more than 8,190 bytes.")
    if _line_length(environ) > REQUEST_LINE_BYTES:
        return Refusal(414, "uri-too-long", "The request line has more than 4,094 bytes.")
    if _foreign(environ.get("HTTP_HOST", "")) or (authority and _foreign(authority)):
        return Refusal(400, "bad-host", "The Host header is missing or not one of ours.")
    if environ["REQUEST_METHOD"] not in methods(environ):
        return Refusal(405, "method-not-allowed", "This address does not take this method.")
    return _refuse_body(environ)


def is_hook(environ: Environ) -> bool:
    """Say whether this is a lead on its way to an endpoint URL."""
    path: str = environ["PATH_INFO"]
    return path.startswith(HOOKS) and environ["REQUEST_METHOD"] == "POST"


def manner(environ: Environ) -> Manner:
    """Say how to run it: of leads and receipts there may be many that can share a call.

    Nobody waits for the answer to a receipt; Twilio gives it 15 s.
    """
    if is_hook(environ):
        return Manner.TOGETHER
    receipt = environ["PATH_INFO"] == RECEIPTS and environ["REQUEST_METHOD"] == "POST"
    return Manner.PATIENT if receipt else Manner.ALONE


def methods(environ: Environ) -> frozenset[str]:
    return HOOK_METHODS if environ["PATH_INFO"].startswith(HOOKS) else METHODS


def body_limit(environ: Environ) -> int:
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if (method, path) in LARGE_BODIES:
        return LARGE_BODY_BYTES
    takes_ids = path == ACTIONS or path.startswith(CAMPAIGNS)
    return IDS_BYTES if takes_ids and method == "POST" else BODY_BYTES


def is_small(environ: Environ) -> bool:
    """Say whether no more can come than every address takes."""
    length = environ.get("CONTENT_LENGTH")
    if length is not None and int(length) <= BODY_BYTES:
        return True
    return body_limit(environ) == BODY_BYTES


def too_large(environ: Environ) -> Refusal:
    return Refusal(413, "too-large", f"At most {body_limit(environ):,} bytes are taken here.")


def _line_length(environ: Environ) -> int:
    """The path is known only with its escapes undone, so this is the least it can have been."""
    parts = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING")
    return sum(len(environ[part]) for part in parts) + _LINE_FRAME


def _foreign(host: str) -> bool:
    """Two Host headers arrive joined by a comma, and are foreign by that."""
    if host in HOSTS:
        return False
    name, _, port = host.rpartition(":")
    if not (name and port.isdecimal()):
        name = host
    return name.strip("[]").lower() not in HOSTS


def _refuse_body(environ: Environ) -> Refusal | None:
    length = environ.get("CONTENT_LENGTH")
    if length and int(length) > BODY_BYTES and int(length) > body_limit(environ):
        return too_large(environ)
    coding = environ.get("HTTP_TRANSFER_ENCODING", "chunked").lower()
    if coding != "chunked":
        return Refusal(501, "transfer-coding", "The only transfer coding known is 'chunked'.")
    if environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        return Refusal(415, "encoded-body", "Send the body without a Content-Encoding.")
    return _refuse_manner(environ)


def _refuse_manner(environ: Environ) -> Refusal | None:
    if environ.get("HTTP_EXPECT", "100-continue").lower() != "100-continue":
        return Refusal(417, "expectation-failed", "The only expectation is '100-continue'.")
    chunked = "HTTP_TRANSFER_ENCODING" in environ
    if chunked and environ.get("CONTENT_TYPE", "").lower().startswith(FORM):
        return Refusal(411, "length-required", "A form in chunks has no visible end.")
    return None
