"""What is kept secret in the database: hashed when it is only looked up, encrypted when an
operator may see it again. Keys are derived from SECRET_KEY, one per purpose, so that no value
made for one use is valid for another.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, MultiFernet

import config


def new_token() -> str:
    """Return 256 random bits in 43 letters that a URL takes as they are."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Hash a random token for look-up. Fast on purpose: 256 random bits cannot be guessed."""
    return hashlib.sha256(token.encode()).digest()


def lock_number(digest: bytes) -> int:
    """Return the number of the advisory lock that belongs to a hash."""
    return int.from_bytes(digest[:8], "big", signed=True)


def encrypt(text: str) -> bytes:
    return _box().encrypt(text.encode())


def decrypt(sealed: bytes) -> str:
    """Return what `encrypt` was given. Also opens what the previous SECRET_KEY sealed.

    Raises cryptography.fernet.InvalidToken when no current key fits.
    """
    return _box().decrypt(sealed).decode()


def sign(purpose: str, message: str) -> str:
    """Return a URL-safe signature of *message* that only this service can make."""
    digest = hmac.digest(_derived(config.SECRET_KEY, purpose), message.encode(), "sha256")
    return urlsafe_b64encode(digest[:18]).decode()


def is_signed(purpose: str, message: str, signature: str) -> bool:
    """Say whether `sign` made this signature, with the current or the previous SECRET_KEY."""
    for key in filter(None, (config.SECRET_KEY, config.SECRET_KEY_PREVIOUS)):
        digest = hmac.digest(_derived(key, purpose), message.encode(), "sha256")
        expected = urlsafe_b64encode(digest[:18]).decode()
        if hmac.compare_digest(expected.encode(), signature.encode()):
            return True
    return False


@cache
def _box() -> MultiFernet:
    keys = filter(None, (config.SECRET_KEY, config.SECRET_KEY_PREVIOUS))
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key, "seal"))) for key in keys])


@cache
def _derived(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), f"opt-in-api:{purpose}".encode(), "sha256")
