"""Standard Webhooks signatures: was this body sent by somebody who has the secret?

Three headers travel with a signed body: `webhook-id`, `webhook-timestamp` (seconds since 1970)
and `webhook-signature`, which is `v1,` and the base64 of an HMAC-SHA256 over
`id.timestamp.body`. Several signatures may stand in it, separated by spaces, and several
secrets may count, so that a secret can be exchanged without a lead being refused.
"""

import binascii
import hmac
from base64 import b64decode
from collections.abc import Sequence
from typing import NamedTuple

TOLERANCE_SECONDS = 300
SECRET_PREFIX = "whsec_"  # noqa: S105  (it announces a secret and is none)

_VERSION = "v1,"
_MOST_SIGNATURES = 10
_LONGEST_TIMESTAMP = 12  # digits


class Signed(NamedTuple):
    """What a sender says about its own body."""

    id: str | None
    timestamp: str | None
    signature: str | None


def mistake(signed: Signed, body: bytes, secrets: Sequence[str], now: float) -> str | None:
    """Say why a body does not count as signed, or None when one of the secrets signed it.

    *secrets* are in the form `whsec_…`; an empty one signs nothing. *now* is in seconds since
    1970.
    """
    if not (signed.id and signed.timestamp and signed.signature):
        return "The webhook-id, webhook-timestamp or webhook-signature header is missing."
    if not _is_recent(signed.timestamp, now):
        return "The webhook-timestamp is more than five minutes away from now."
    told = f"{signed.id}.{signed.timestamp}.".encode("latin-1", "replace") + body
    expected = [hmac.digest(key_of(secret), told, "sha256") for secret in secrets if secret]
    if not _fits(_given(signed.signature), expected):
        return "The webhook-signature was not made from this body with a current secret."
    return None


def key_of(secret: str) -> bytes:
    """Return the key that a secret of the form `whsec_…` stands for.

    Raises ValueError when it is not of that form.
    """
    raw = secret.removeprefix(SECRET_PREFIX)
    return b64decode(raw + "=" * (-len(raw) % 4), validate=True)


def _is_recent(timestamp: str, now: float) -> bool:
    plain = timestamp.isascii() and timestamp.isdecimal()
    if not plain or len(timestamp) > _LONGEST_TIMESTAMP:
        return False
    return abs(now - int(timestamp)) <= TOLERANCE_SECONDS


def _given(header: str) -> list[bytes]:
    """Return the signatures of the version we know; others may stand beside them."""
    given = []
    for part in header.split()[:_MOST_SIGNATURES]:
        if part.startswith(_VERSION):
            try:
                given.append(b64decode(part.removeprefix(_VERSION), validate=True))
            except (binascii.Error, ValueError):
                continue
    return given


def _fits(given: list[bytes], expected: list[bytes]) -> bool:
    """Compare every one with every other, so that the time taken tells nothing."""
    fitting = [hmac.compare_digest(one, other) for one in given for other in expected]
    return any(fitting)
