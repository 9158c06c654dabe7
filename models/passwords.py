"""Passwords: hashed so that a stolen table is of little use, checked in even time."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: 19 MiB and two passes, OWASP's smallest profile: a burst of sign-ins fits a 512 MB host.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
#: So many at once in a process; the others wait their turn.
_turns = threading.BoundedSemaphore(2)

SHORTEST = 12
LONGEST = 256


def hash_password(password: str) -> str:
    with _turns:
        return _hasher.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Say whether this is the password. None, for nobody's, takes as long as somebody's."""
    with _turns:
        try:
            _hasher.verify(_nobodys() if password_hash is None else password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def mistake(password: str) -> str | None:
    """Say what is wrong with a new password, or None. Any characters will do."""
    if len(password) < SHORTEST:
        return f"At least {SHORTEST} characters are wanted; a few words in a row are fine."
    if len(password) > LONGEST:
        return f"At most {LONGEST} characters are taken."
    if len(set(password)) < 5:  # noqa: PLR2004  (aaaaaaaaaaaa, 121212121212)
        return "This repeats too few characters."
    return None


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")
