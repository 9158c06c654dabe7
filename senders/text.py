"""Text from outside, made fit to be stored and shown."""

import re
import unicodedata

from senders.errors import UnusableField

LONGEST_NOTED = 2_000

_ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# Bidirectional controls reorder what stands beside them, in a log as on a page.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(value: str) -> str:
    """Return the text in one line, without controls and needless spaces."""
    if not value.isprintable():
        value = _CONTROLS.sub(" ", _ESCAPE_SEQUENCE.sub("", value))
    return " ".join(value.split())


def unaccented(value: str) -> str:
    """Return the text without what is written above or below its letters."""
    decomposed = unicodedata.normalize("NFKD", value)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def storable(value: object) -> str | None:
    """Return a plain value as text of bounded length, and None for everything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | str):
        return clean(str(value)[:LONGEST_NOTED]) or None
    return None


def is_empty(value: object) -> bool:
    """Say whether a form left this out: Zapier drops empty values, others send them."""
    return value is None or (isinstance(value, str) and not value.strip())


def refuse_nul(field: str, value: str) -> None:
    """PostgreSQL can hold no NUL, and no person types one."""
    if "\0" in value:
        raise UnusableField(field, "control", "The value contains a NUL character.")
