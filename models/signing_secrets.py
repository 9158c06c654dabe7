"""The secrets with which a sender may have to sign: at most two at a time.

Two, so that one can be exchanged for another without a lead being refused in between: make
the second, give it to the sender, remove the first. A secret is sealed in the database and
shown once. Where there is none, nothing has to be signed.
"""

import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from cryptography.fernet import InvalidToken

from models.crypto import decrypt, encrypt
from models.integrations import Integration
from senders.signature import SECRET_PREFIX

MOST = 2
_BYTES = 32
_HINT = 4  # letters


class EnoughSecrets(Exception):
    """There are two already: remove one first."""


@dataclass(frozen=True)
class SigningSecret:
    """What may be told of a secret after it was shown."""

    id: UUID
    hint: str  # its last four letters
    created_at: datetime


def signing_secrets(integration: Integration) -> list[SigningSecret]:
    """Return the secrets that count now, the oldest first."""
    return [_told(kept) for kept in integration.signing_secrets]


def make_secret(integration: Integration) -> tuple[SigningSecret, str]:
    """Give the integration a further secret; return it with its text, which is not kept open.

    The caller holds the integration's row. Raises EnoughSecrets.
    """
    known = integration.signing_secrets
    if len(known) >= MOST:
        raise EnoughSecrets
    text = SECRET_PREFIX + b64encode(secrets.token_bytes(_BYTES)).decode()
    kept = {
        "id": str(uuid4()),
        "hint": text.rstrip("=")[-_HINT:],
        "sealed": encrypt(text).decode(),
        "created_at": datetime.now(UTC).isoformat(),
    }
    integration.change({"signing_secrets": [*known, kept]})
    return _told(kept), text


def remove_secret(integration: Integration, secret_id: UUID) -> bool:
    """Remove a secret; without any, bodies need no signature. False if it is not there."""
    known = integration.signing_secrets
    left = [kept for kept in known if kept["id"] != str(secret_id)]
    integration.change({"signing_secrets": left})
    return len(left) < len(known)


def opened(kept: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return the texts of sealed secrets.

    One that no current SECRET_KEY opens stays as an empty text, which signs nothing: a URL
    does not lose its lock because a key was lost.
    """
    return tuple(_text(each["sealed"]) for each in kept)


def _text(sealed: str) -> str:
    try:
        return decrypt(sealed.encode())
    except InvalidToken:
        return ""


def _told(kept: dict[str, Any]) -> SigningSecret:
    created_at = datetime.fromisoformat(kept["created_at"])
    return SigningSecret(UUID(kept["id"]), kept["hint"], created_at)
