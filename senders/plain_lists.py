"""A list that is nothing but plain numbers, or nearly so: many lines a glance.

One pattern a calling code takes line after line for as long as each is "+", digits of an
ordinary line and a line end: what senders/plain_numbers.py decides of one number. The odd line
in between is handed out as it is. Where a line may go on in the next one, everything that
follows is left to whoever reads line by line.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from senders.plain_numbers import plain_lines

BLOCK_BYTES = 64 * 1024
LONGEST_OPENING = 100

_NO_LETTERS = re.compile(r"[\W_]+")
_FIRST = re.compile(rb"\+([1-9][0-9]{7,14})\r?\n")


@dataclass
class PlainList:
    """A list being read: where the next line begins, and its number."""

    file: IO[bytes]
    pattern: re.Pattern[bytes]
    begin: int
    line: int

    @classmethod
    def opened(cls, file: IO[bytes], headers: frozenset[str]) -> "PlainList | None":
        """Look at the first lines; None where they are no beginning of such a list.

        The first one may be one of *headers*.
        """
        file.seek(0)
        first = file.readline(LONGEST_OPENING)
        begin = len(codecs.BOM_UTF8) if first.startswith(codecs.BOM_UTF8) else 0
        line = 1
        name = _NO_LETTERS.sub("", first[begin:].decode("ascii", "replace")).casefold()
        if name in headers:
            begin, line = len(first), 2
            first = file.readline(LONGEST_OPENING)
        else:
            first = first[begin:]
        number = _FIRST.fullmatch(first)
        pattern = plain_lines(number[1].decode()) if number else None
        return None if pattern is None else cls(file, pattern, begin, line)

    def read(self) -> Iterator[list[str] | tuple[int, str]]:
        """Give the numbers of many lines at once, and odd lines one by one, numbered."""
        self.file.seek(self.begin)
        while block := self._block():
            at = 0
            while at < len(block):
                many = self._plain(block, at)
                if many:
                    found = block[at:many].decode("ascii").split()
                    self._go_on(many - at, len(found))
                    at = many
                    yield found
                    continue
                line = block[at : block.index(b"\n", at) + 1]
                if b'"' in line or b"\r" in line[:-2]:
                    return
                at += len(line)
                number = self.line
                self._go_on(len(line), 1)
                yield number, line.decode("utf-8", "replace")

    def _block(self) -> bytes:
        """Return whole lines; none at the end, where a last line may lack its line end."""
        self.file.seek(self.begin)
        block = self.file.read(BLOCK_BYTES)
        return block[: block.rfind(b"\n") + 1]

    def _plain(self, block: bytes, at: int) -> int:
        found = self.pattern.match(block, at)
        return found.end() if found is not None and found.end() > at else 0

    def _go_on(self, many: int, lines: int) -> None:
        self.begin += many
        self.line += lines
