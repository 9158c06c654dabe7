"""What every answer carries, errors and the front's own refusals included."""

import config
from web.rsgi import WrittenHeaders

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_ALWAYS = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
if config.PUBLIC_BASE_URL.startswith("https://"):
    _ALWAYS.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))

_NOT_KEPT = ("Cache-Control", "no-store")


def complete(headers: WrittenHeaders, request_id: str) -> WrittenHeaders:
    """Add what is always there. A view may set Cache-Control itself."""
    answer = [*headers, *_ALWAYS, ("X-Request-ID", request_id)]
    if not any(name.lower() == "cache-control" for name, _ in headers):
        answer.append(_NOT_KEPT)
    return answer
