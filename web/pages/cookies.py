"""The cookies of the dashboard, none of which a script can read but the theme's.

Under https their names begin with __Host-: no other host, not even a sub-domain, can set them.
On a laptop they carry the port: copies side by side do not sign each other out.
"""

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from flask import Response, request

import config
from models.crypto import decrypt, encrypt
from web.pages.visit import Toast

_public = urlsplit(config.PUBLIC_BASE_URL)
SECURE = _public.scheme == "https"
_NAME = "__Host-{}" if SECURE else f"{{}}-{_public.port or 80}"

SIGN_IN = _NAME.format("sign-in")
VISITOR = _NAME.format("visitor")  # ties the forms of somebody not signed in to the browser
TOASTS = _NAME.format("toasts")
THEME = "theme"

#: A cookie may have 4 KiB; sealing makes a third more of it.
_TOAST_LETTERS = 600


def put(response: Response, name: str, value: str, seconds: int | None = None) -> None:
    response.set_cookie(
        name, value, max_age=seconds, secure=SECURE, httponly=True, samesite="Lax", path="/"
    )


def drop(response: Response, name: str) -> None:
    response.delete_cookie(name, secure=SECURE, httponly=True, samesite="Lax", path="/")


def keep_toasts(response: Response, toasts: Sequence[Toast]) -> None:
    """Hand them over to the page that follows, sealed: they may name people."""
    told = [(toast.text[:_TOAST_LETTERS], toast.undo) for toast in toasts[:2]]
    put(response, TOASTS, encrypt(json.dumps(told)).decode(), 60)


def kept_toasts() -> list[Toast]:
    """Read what the page before handed over; nothing when there is nothing of ours."""
    sealed = request.cookies.get(TOASTS)
    if not sealed:
        return []
    try:
        return [Toast(text, undo) for text, undo in json.loads(decrypt(sealed.encode()))]
    except InvalidToken:
        return []
