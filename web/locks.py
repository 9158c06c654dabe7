"""What a request may have to pass besides its URL: a signature, and the URL's rate limit.

Both stand between the URL's state and the body: web/hooks.py asks here, and the answers that
come of it are 401, kept as a rejection, and 429, which is only counted.
"""

import time
from collections.abc import Callable

from flask import g, request

from models.accept import Endpoint, Incoming, Known, Refused
from senders.signature import Signed, mistake
from web.problems import Problem
from web.tally import limited
from workers.limits import seconds_to_wait


def unsigned(incoming: Incoming, known: Known) -> Refused | None:
    """Say why a body is refused where it has to be signed; None where it may be read."""
    if not known.secrets:
        return None
    why = mistake(_signed(), incoming.body, known.secrets, time.time())
    return Refused(401, "bad-signature", why) if why else None


def header_key() -> str | None:
    """Return what the headers of the request call it, by which a repetition is known.

    The id of a signed request counts first: it is part of what was signed, so nobody who
    listens in can send the lead again under another name.
    """
    named: dict[str, str] = request.environ
    keys = named.get("HTTP_IDEMPOTENCY_KEY"), named.get("HTTP_WEBHOOK_ID")
    if "HTTP_WEBHOOK_SIGNATURE" in named:
        keys = keys[::-1]
    return keys[0] or keys[1] or None


def within_limit(
    endpoint: Endpoint, incoming: Incoming, known: Known, ask: Callable[[], Known | None]
) -> Known:
    """Count the request; return what to judge it by if the URL takes one more.

    What is not signed does not count, or anybody could use a URL up. Above the limit *ask*
    tells what is known of the URL by now: it raises what the URL's state demands, which comes
    first, and another limit counts at once. A request that PostgreSQL went away from under is
    asked about a second time and counted once. Raises Problem(429).
    """
    if unsigned(incoming, known) or "is_counted" in g:
        return known
    while wait := seconds_to_wait(endpoint.token_hash.hex(), known.rate_limit):
        today = ask() or known
        if today.rate_limit == known.rate_limit:
            limited.count(endpoint.token_hash)
            raise Problem(429, "rate-limited", headers={"Retry-After": str(wait)})
        known = today
    g.is_counted = True
    return known


def _signed() -> Signed:
    return Signed(
        request.headers.get("webhook-id"),
        request.headers.get("webhook-timestamp"),
        request.headers.get("webhook-signature"),
    )
