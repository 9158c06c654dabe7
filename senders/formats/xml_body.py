"""XML, as Zapier can send it: elements become keys, repeated elements become lists.

Document type declarations, and with them every entity bomb, are refused.
"""

from typing import NoReturn
from xml.parsers import expat

from senders.document import DEEPEST, Document
from senders.errors import Unreadable


def read(text: str) -> Document:
    """Read an XML document; its root only wraps the lead. Raises `Unreadable`."""
    builder = _Builder()
    parser = expat.ParserCreate("utf-8", namespace_separator=None)
    parser.StartDoctypeDeclHandler = builder.refuse_doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    try:
        parser.Parse(text.encode(), True)  # the only, hence the last, piece
    except expat.ExpatError as error:
        raise Unreadable("invalid-xml", "The body is not valid XML.") from error
    return Document(builder.root, "xml")


class _Builder:
    """Collects what expat reports into one tree."""

    def __init__(self) -> None:
        self.root: object = ""
        self._open: list[tuple[str, dict[str, object], list[str]]] = []

    def refuse_doctype(self, *_: object) -> NoReturn:
        raise Unreadable("invalid-xml", "XML with a document type is not taken.")

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            raise Unreadable("too-deep", "The XML is nested too deeply to be a lead.")
        self._open.append((name.rpartition(":")[2], {}, []))

    def text(self, characters: str) -> None:
        self._open[-1][2].append(characters)

    def end(self, _name: str) -> None:
        name, children, characters = self._open.pop()
        value: object = children or "".join(characters).strip()
        if not self._open:
            self.root = value
            return
        siblings = self._open[-1][1]
        siblings[name] = _beside(siblings[name], value) if name in siblings else value


def _beside(earlier: object, value: object) -> object:
    return [*earlier, value] if isinstance(earlier, list) else [earlier, value]
