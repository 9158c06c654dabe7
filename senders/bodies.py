"""From bytes to a tree, by what the body is rather than by what it is called.

Form tools label bodies wrongly or not at all (a curl without a header calls its JSON a form),
so the first character decides between JSON, XML and forms, and the content type decides how
a failure is answered: a body that calls itself JSON and is not is broken (400), one that
calls itself nothing and is nothing we know is no lead (415).
"""

import re

from senders import charset
from senders.document import Document
from senders.errors import NotALeadFormat, TooLarge, Unreadable
from senders.formats import form_body, json_body, multipart_body, xml_body

LARGEST_BODY = 65_536
LONGEST_NAME = 200  # of a form's first field

_PARAMETER = re.compile(r';\s*(charset|boundary)\s*=\s*("[^"]*"|[^\s;]+)', re.IGNORECASE)
_NEVER_A_LEAD = re.compile(r"(?:image|audio|video|font|model|message)/|application/(?:pdf|zip)")
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,60}?encoding=["']([A-Za-z0-9_-]{1,40})["']""")
_FIRST_BOUNDARY = re.compile(
    rb"--([^\r\n]{1,200})\r\nContent-Disposition: ?form-data", re.IGNORECASE
)


def read(body: bytes, content_type: str | None) -> Document:
    """Read a body of any content type.

    Raises `Unreadable`, `NotALeadFormat` or `TooLarge`.
    """
    if len(body) > LARGEST_BODY:
        raise TooLarge("too-large", "A lead may have 64 KiB at most.")
    if not body.strip():
        raise Unreadable("empty-body", "The body is empty.")
    kind, parameters = _declared(content_type)
    if kind == "multipart/form-data":
        return _multipart(body, parameters)
    if _NEVER_A_LEAD.match(kind):
        raise _no_lead()
    codec = charset.taken(parameters.get("charset") or _declared_by_xml(body))
    return _by_look(body, charset.decoded(body, codec), kind, codec)


def _declared_by_xml(body: bytes) -> str | None:
    found = _XML_ENCODING.match(body)
    return found[1].decode() if found else None


def _declared(content_type: str | None) -> tuple[str, dict[str, str]]:
    kind, semicolon, _ = (content_type or "").partition(";")
    if not semicolon:
        return kind.strip().lower(), {}
    found = _PARAMETER.findall(content_type or "")
    return kind.strip().lower(), {name.lower(): value.strip('"') for name, value in found}


def _multipart(body: bytes, parameters: dict[str, str]) -> Document:
    charset.taken(parameters.get("charset"))
    boundary = parameters.get("boundary") or _boundary_in(body)
    if not boundary:
        raise Unreadable("invalid-multipart", "The multipart form names no boundary.")
    return multipart_body.read(body, boundary)


def _boundary_in(body: bytes) -> str | None:
    found = _FIRST_BOUNDARY.match(body)
    return found[1].decode("ascii", "ignore") if found else None


def _by_look(body: bytes, text: str, kind: str, codec: str) -> Document:
    first = text.lstrip()[:1]
    if first in "{[" or (_is_json(kind) and not _is_formlike(text)):
        return _json(text, kind)
    if first == "<":
        return xml_body.read(text)
    if boundary := _boundary_in(body):
        return multipart_body.read(body, boundary)
    if "xml" in kind:
        raise Unreadable("invalid-xml", "The body is not XML.")
    if kind == "application/x-www-form-urlencoded" or _is_formlike(text):
        return form_body.read(text, codec)
    return _json(text, kind)


def _json(text: str, kind: str) -> Document:
    try:
        return json_body.read(text)
    except Unreadable as error:
        if _is_json(kind) or kind == "application/x-www-form-urlencoded":
            raise
        raise _no_lead() from error


def _is_json(kind: str) -> bool:
    return kind.endswith(("/json", "+json"))


def _is_formlike(text: str) -> bool:
    """Look only at the name in front of the first `=`: `first_name=…` and the like."""
    name, equals, _ = text.partition("=")
    return bool(equals) and len(name) <= LONGEST_NAME and not re.search(r'[\s"<>{}:]', name)


def _no_lead() -> NotALeadFormat:
    return NotALeadFormat("not-a-lead-format", "Send the lead as JSON, as a form or as XML.")
