"""A list of numbers, as spreadsheets and other services write one: lines in, numbers out.

A pure generator over the lines of a CSV. Header `phone[,reason]` or none; commas, semicolons
or tabs; quotes; a byte order mark; any line ends. What cannot be read is told by its line and
never ends the list. A quote that is never closed spoils its own line alone: a number must not
be missed because somebody mistyped a name above it.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from typing import IO, NamedTuple

from senders.errors import UnusableField
from senders.plain_lists import PlainList
from senders.plain_numbers import PlainNumbers
from senders.text import clean

PHONE_NAMES = frozenset(
    {"phone", "phonenumber", "number", "mobile", "mobilenumber", "mobilephone", "cell"}
    | {"cellphone", "telephone", "tel", "phoneno", "msisdn", "e164", "contactnumber"}
)
REASON_NAMES = frozenset({"reason", "note", "notes", "comment", "why"})
LONGEST_REASON = 200
#: Lines that one quoted field may span, and characters of a line.
MOST_LINES, LONGEST_LINE = 20, 10_000

_SEPARATOR = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_NO_LETTERS = re.compile(r"[\W_]+")


class Bad(NamedTuple):
    """A line that could not be read, and why."""

    line: int
    reason: str


class Good(NamedTuple):
    """A number in E.164 and the line's own reason, "" where it has none."""

    phone: str
    reason: str


class Plain(NamedTuple):
    """Numbers in E.164 of many lines, without reasons."""

    phones: list[str]


class NoText(Exception):
    """The file is no text in an encoding that we know."""


@dataclass(frozen=True)
class _Columns:
    delimiter: str
    phone: int = 0
    reason: int | None = 1
    has_header: bool = False


def read_numbers(file: IO[bytes], region: str) -> Iterator[Good | Bad | Plain]:
    """Read a list to its end. Raises NoText at once where nothing of it can be."""
    plain = PlainList.opened(file, PHONE_NAMES)
    if plain is not None:
        return _read_plain(plain, PlainNumbers(region))
    lines = _lines(file)
    first, delimiter = _next_text(lines), None
    if first and (said := _SEPARATOR.fullmatch(first[1].rstrip("\n"))):  # Excel's own word
        first, delimiter = _next_text(lines), said[1]
    if first is None:
        return iter(())
    columns = _columns(first[1], delimiter)
    rest = lines if columns.has_header else chain([first], lines)
    return _read(rest, columns, PlainNumbers(region))


def _read_plain(plain: PlainList, numbers: PlainNumbers) -> Iterator[Good | Bad | Plain]:
    """Read many lines at once for as long as that goes, then the rest line by line."""
    columns = _Columns(",", reason=1 if plain.line == 1 else None)
    for each in plain.read():
        if isinstance(each, list):
            yield Plain(each)
        else:
            yield from _read([each], columns, numbers)
    plain.file.seek(plain.begin)
    yield from _read(_numbered(plain.file, "utf-8", plain.line), columns, numbers)


def _lines(file: IO[bytes]) -> Iterator[tuple[int, str]]:
    file.seek(0)
    mark = file.read(4)
    file.seek(0)
    encoding = "utf-16" if mark[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\0" in mark:
        raise NoText
    yield from _numbered(file, encoding, 1)


def _numbered(file: IO[bytes], encoding: str, first: int) -> Iterator[tuple[int, str]]:
    """Number the lines from here. What is no UTF-8 is replaced: the number may be fine."""
    text = io.TextIOWrapper(file, encoding, errors="replace", newline=None)
    try:
        for at in count(first):
            line = rest = text.readline(LONGEST_LINE)
            if not line:
                return
            while len(rest) == LONGEST_LINE and not rest.endswith("\n"):
                rest = text.readline(LONGEST_LINE)
            yield at, line
    finally:
        text.detach()


def _next_text(lines: Iterator[tuple[int, str]]) -> tuple[int, str] | None:
    return next(((at, line) for at, line in lines if line.strip()), None)


def _columns(line: str, delimiter: str | None = None) -> _Columns:
    parted = delimiter or max(",;\t", key=line.count)
    cells = next(csv.reader([line], delimiter=parted), [])
    names = [_NO_LETTERS.sub("", cell).casefold() for cell in cells]
    phone = next((at for at, name in enumerate(names) if name in PHONE_NAMES), None)
    if phone is None:
        return _Columns(parted)
    reason = next((at for at, name in enumerate(names) if name in REASON_NAMES), None)
    return _Columns(parted, phone, reason, has_header=True)


def _read(
    lines: Iterable[tuple[int, str]], columns: _Columns, numbers: PlainNumbers
) -> Iterator[Good | Bad]:
    phone, reason = columns.phone, columns.reason
    for at, cells in _rows(iter(lines), columns.delimiter):
        if cells is None:
            yield Bad(at, "A quote is opened here and never closed.")
            continue
        raw = cells[phone].strip() if phone < len(cells) else ""
        if not raw:
            if any(cell.strip() for cell in cells):
                yield Bad(at, "The phone number is missing.")
            continue
        try:
            e164 = numbers.read(raw.removeprefix("'"))  # our own exports have it before "="
        except UnusableField as unusable:
            yield Bad(at, unusable.error.detail)
            continue
        own = cells[reason] if reason is not None and reason < len(cells) else ""
        yield Good(e164, clean(own.replace("\0", ""))[:LONGEST_REASON] if own else "")


def _rows(
    lines: Iterator[tuple[int, str]], delimiter: str
) -> Iterator[tuple[int, list[str] | None]]:
    """Part each line into cells; None for one whose quote is never closed."""
    again: deque[tuple[int, str]] = deque()  # looked at for a closing quote, in vain
    while (line := again.popleft() if again else next(lines, None)) is not None:
        if '"' not in line[1]:
            yield line[0], line[1].rstrip("\n").split(delimiter)
            continue
        taken: list[tuple[int, str]] = []
        cells = _parted(line[1], delimiter)
        while cells is None and len(taken) < MOST_LINES:
            further = again.popleft() if again else next(lines, None)
            if further is None:
                break
            taken.append(further)
            if '"' in further[1]:
                cells = _parted("".join([line[1], *(each for _, each in taken)]), delimiter)
        if cells is None:
            again.extendleft(reversed(taken))
        yield line[0], cells


def _parted(text: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None
