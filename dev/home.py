"""OPTIN_HOME: the one folder in which a copy of the service keeps all that is its own.

One supervisor holds the folder at a time. The lock is the kernel's, so it ends with its
holder, however that one died. Secrets are files that nobody else may read.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dev.errors import CannotRun

SECRETS = "secrets.json"


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Make the folder if need be and keep every other supervisor out of it."""
    try:
        # Passable, not readable: as root the servers run as somebody else and must get through.
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        lock = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotRun(f"OPTIN_HOME={home} is not usable: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise CannotRun(
            f"OPTIN_HOME={home} is in use by another running copy: stop that one first, "
            "or give this one a folder and ports of its own"
        ) from error
    finally:
        os.close(lock)


def remembered(home: Path, name: str, make: Callable[[], str] | None = None) -> str:
    """Answer the secret of that name; make it and keep it the first time it is wanted."""
    kept = read_json(home / SECRETS)
    if name not in kept:
        kept[name] = (make or _random)()
        write_private(home / SECRETS, kept)
    return str(kept[name])


def read_json(path: Path) -> dict[str, Any]:
    """Read a file of ours; one that is not there yet is empty."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise CannotRun(f"{path} is damaged: mend it, or move it away") from error
    return content


def write_private(path: Path, content: dict[str, Any]) -> None:
    """Replace a file in one step, so that a reader never meets half of it."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _random() -> str:
    return secrets.token_hex(32)
