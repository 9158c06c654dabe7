"""Multipart forms. File parts are ignored; the text fields count."""

import multipart  # type: ignore[import-untyped]

from senders import charset
from senders.document import MOST_FIELDS, Document
from senders.errors import TooLarge, Unreadable
from senders.formats import form_body

LARGEST_FIELD = 65_536


def read(body: bytes, boundary: str) -> Document:
    """Read a multipart form to its visible end. Raises `Unreadable` or `TooLarge`."""
    try:
        return form_body.document(_fields(body, boundary), "multipart")
    except multipart.ParserLimitReached as error:
        raise TooLarge("too-many-fields", "The form has more than a lead needs.") from error
    except ValueError as error:  # broken framing, or a part's head that is not UTF-8
        raise Unreadable(
            "invalid-multipart", "The multipart form is broken or was cut off."
        ) from error


def _fields(body: bytes, boundary: str) -> list[tuple[str, str]]:
    parser = multipart.PushMultipartParser(
        boundary.encode(),
        max_segment_count=MOST_FIELDS,
        max_segment_size=LARGEST_FIELD,
        strict=True,
    )
    fields: list[tuple[str, str]] = []
    value = bytearray()
    with parser:
        for event in parser.parse(body):
            if isinstance(event, multipart.MultipartSegment):
                part, value = event, bytearray()
            elif event is not None:
                value += event
            elif part.filename is None:
                codec = charset.taken(part.charset)
                fields.append((part.name, charset.decoded(bytes(value), codec)))
    return fields
