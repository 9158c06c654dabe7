"""Bytes to text, in the few character sets that lead forms use. Nothing is replaced."""

from senders.errors import NotALeadFormat, Unreadable

_TAKEN = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "cp1252",  # browsers mean Windows-1252 when they say Latin-1
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}


def taken(name: str | None) -> str:
    """Return the codec for a declared character set. Raises `NotALeadFormat`."""
    if not name:
        return "utf-8"
    codec = _TAKEN.get(name.strip("\"' ").lower())
    if codec is None:
        raise NotALeadFormat("charset", "Send the lead in UTF-8.")
    return codec


def decoded(body: bytes, codec: str) -> str:
    """Decode strictly; a byte order mark is dropped. Raises `Unreadable`."""
    try:
        return body.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Unreadable("invalid-encoding", "The body is not valid UTF-8.") from error
