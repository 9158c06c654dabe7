"""XML, as Zapier can send it: elements become keys, repeated elements become lists. An empty
element is what its attributes say.

Document type declarations, and with them every entity bomb, are refused.
"""

from dataclasses import dataclass, field
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


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str]
    children: dict[str, object] = field(default_factory=dict)
    characters: list[str] = field(default_factory=list)

    def value(self) -> object:
        about = {key: text for key, text in self.attributes.items() if ":" not in key}
        return self.children or "".join(self.characters).strip() or about or ""


class _Builder:
    """Collects what expat reports into one tree."""

    def __init__(self) -> None:
        self.root: object = ""
        self._open: list[_Element] = []

    def refuse_doctype(self, *_: object) -> NoReturn:
        raise Unreadable("invalid-xml", "XML with a document type is not taken.")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            raise Unreadable("too-deep", "The XML is nested too deeply to be a lead.")
        self._open.append(_Element(name.rpartition(":")[2], attributes))

    def text(self, characters: str) -> None:
        self._open[-1].characters.append(characters)

    def end(self, _name: str) -> None:
        ended = self._open.pop()
        value = ended.value()
        if not self._open:
            self.root = value
            return
        _put(self._open[-1].children, ended.name, value)


def _put(siblings: dict[str, object], name: str, value: object) -> None:
    """No element's own value is a list: one that is found here was begun here.

    The same text twice, and nothing beside something, is no question, as in a form.
    """
    earlier = siblings.setdefault(name, value)
    if earlier is value or value == "" or (isinstance(value, str) and value == earlier):
        return
    if isinstance(earlier, list):
        earlier.append(value)
    else:
        siblings[name] = value if earlier == "" else [earlier, value]
