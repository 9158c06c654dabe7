"""Nobody else's page may act for an operator: every form that changes something is ours.

A form carries a token signed for the very sign-in (or, before that, for the browser), as a
hidden field, or as a header where htmx sends it. SameSite=Lax and Sec-Fetch-Site stand before
it.
"""

from flask import g, request

from models.crypto import is_signed, sign
from web.problems import Problem

FIELD = "csrf"
HEADER = "X-CSRF-Token"

_PURPOSE = "csrf"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def bind(secret: str) -> None:
    """Tie the forms of this request to a secret that only the browser's cookie tells."""
    g.csrf_secret = secret


def token() -> str:
    return sign(_PURPOSE, g.csrf_secret)


def check() -> None:
    """Raise Problem(403) unless the request may change something."""
    if request.method in _SAFE:
        return
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    foreign = request.headers.get("Sec-Fetch-Site", "same-origin") not in {
        "same-origin",
        "none",
    }
    if foreign or not is_signed(_PURPOSE, g.csrf_secret, sent):
        raise Problem(403, "form-expired")
