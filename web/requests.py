"""What the front found out about a request before Flask saw it.

web/front.py writes these keys of the WSGI environ; views ask here. Without the front (a test
client, another WSGI server) the answers are those of an ordinary request.
"""

import re
import secrets
from typing import Any, NamedTuple

from flask import has_request_context, request

REQUEST_ID = "optin.request_id"
REFUSAL = "optin.refusal"

_acceptable = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch


class Refusal(NamedTuple):
    """The front would not take the body. The view stores the rejection, then answers so."""

    status: int
    code: str
    detail: str


def refusal(environ: dict[str, Any]) -> Refusal | None:
    """Say why the body was not taken, if it was not; the request's body is empty then."""
    refused: Refusal | None = environ.get(REFUSAL)
    return refused


def request_id() -> str:
    """The id of the request at hand: the caller's if it has a sane one, else one of ours."""
    if not has_request_context():
        return new_request_id()
    environ = request.environ
    if REQUEST_ID not in environ:
        environ[REQUEST_ID] = accepted_request_id(environ.get("HTTP_X_REQUEST_ID"))
    known: str = environ[REQUEST_ID]
    return known


def accepted_request_id(offered: str | None) -> str:
    return offered if offered and _acceptable(offered) else new_request_id()


def new_request_id() -> str:
    return secrets.token_hex(16)
