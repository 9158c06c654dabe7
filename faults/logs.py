"""What must not stand in any log: tokens, passwords, keys, names, full phone numbers."""

import json
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from faults.people import FIRST_NAMES, LAST_NAMES

SECRET_FACTS = (
    *("password", "api_key", "twilio_auth_token", "metrics_token", "endpoint_url"),
    *("database_url", "redis_url"),
)
SHORTEST_SECRET, LONGEST_SECRET = 8, 200
MOST_LEAKS = 100

#: Ten digits of a number, with or without its country, in the ways people write one.
_NUMBER = re.compile(
    r"(?<![\w.])(?:\+?1[ .-]?)?\(?([2-9]\d{2})\)?[ .-]?(\d{3})[ .-]?(\d{4})(?!\w|\.\d)"
)


class Leak(NamedTuple):
    """Where something stands; what it is, is not repeated."""

    file: str
    line: int
    kind: str


def find_leaks(files: Iterable[Path], secrets: set[str], phones: set[str]) -> list[Leak]:
    """Read what the processes said; give the first of all that should not be there."""
    found: list[Leak] = []
    words = _any_of(secrets)
    names = _any_of({*FIRST_NAMES, *LAST_NAMES})
    for file in files:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                found += (
                    Leak(file.name, number, kind) for kind in _kinds(line, words, names, phones)
                )
                if len(found) >= MOST_LEAKS:
                    return found
    return found


def secrets_of(home: Path) -> set[str]:
    """Gather the secrets of a copy: those it was told, and those it keeps in private files."""
    found: set[str] = set()
    for file in home.glob("*"):
        if file.is_file() and stat.S_IMODE(file.stat().st_mode) == 0o600:  # noqa: PLR2004
            found |= set(_secrets_in(file))
    return found


def _kinds(
    line: str, words: re.Pattern[str], names: re.Pattern[str], phones: set[str]
) -> Iterator[str]:
    if words.search(line):
        yield "secret"
    if names.search(line):
        yield "name"
    if any("+1" + "".join(match.groups()) in phones for match in _NUMBER.finditer(line)):
        yield "phone"


def _any_of(words: set[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(words)) or r"(?!)")


def _secrets_in(file: Path) -> Iterator[str]:
    if file.stat().st_size > 1 << 16:
        return
    text = file.read_text(encoding="utf-8", errors="replace").strip()
    try:
        content = json.loads(text)
    except ValueError:
        content = text
    values = content.items() if isinstance(content, dict) else [("", content)]
    for name, value in values:
        if isinstance(value, str) and (not name or name in SECRET_FACTS):
            secret = _secret_part(value)
            if SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET:
                yield secret


def _secret_part(value: str) -> str:
    """The token of an endpoint URL, the password of a server's, else all of it."""
    password = re.search(r"://[^/@]*:([^/@]+)@", value)
    if password:
        return password[1]
    return value.rsplit("/", 1)[-1] if "/hooks/" in value else value
