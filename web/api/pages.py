"""Lists in pages: a cursor names the last row seen, so nothing is shown twice or skipped.

The cursor holds the sort values of that row. It is opaque to callers and no secret: every
query is scoped by account whatever the cursor says.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from web.api.schema import field_error, invalid

T = TypeVar("T")


class PageQuery(msgspec.Struct, kw_only=True, frozen=True):
    """The parameters of every list. Lists with more of them inherit from it."""

    cursor: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


class Page(msgspec.Struct, Generic[T]):
    """A part of a list; `next_cursor` leads to the next part, null ends the list."""

    items: list[T]
    next_cursor: str | None


@dataclass(frozen=True)
class Order:
    """How a list is sorted: by these keys, none of them nullable, the last one unique."""

    name: str
    keys: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]
    descending: bool = True


def page_rows(
    session: Session, statement: Select[*tuple[Any, ...]], order: Order, query: PageQuery
) -> tuple[list[tuple[Any, ...]], str | None]:
    """Return one page of *statement*'s rows and the cursor of the next, None at the end."""
    if query.cursor is not None:
        read = zip(order.keys, read_cursor(query.cursor, order), strict=True)
        last = tuple_(*(literal(value, key.type) for key, value in read))
        here = tuple_(*order.keys)
        statement = statement.where(here < last if order.descending else here > last)
    by = [key.desc() if order.descending else key.asc() for key in order.keys]
    rows = session.execute(
        statement.add_columns(*order.keys).order_by(*by).limit(query.limit + 1)
    ).all()
    width = len(order.keys)
    more = len(rows) > query.limit
    shown = [tuple(row) for row in rows[: query.limit]]
    next_cursor = write_cursor(order, shown[-1][-width:]) if more else None
    return [row[:-width] for row in shown], next_cursor


def write_cursor(order: Order, values: tuple[Any, ...]) -> str:
    """Name the row with these sort values."""
    raw = msgspec.json.encode([order.name, *values])
    return urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(cursor: str, order: Order) -> list[Any]:
    """Read a cursor that `write_cursor` made for the same order. Raises Problem(422)."""
    kinds: Any = tuple[(str, *(key.type.python_type for key in order.keys))]  # type: ignore[misc]
    try:
        raw = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        read: list[Any] = [*msgspec.json.decode(raw, type=kinds)]
    except ValueError as error:  # msgspec's errors and binascii's are ValueErrors
        raise _garbled() from error
    name, *values = read
    if name != order.name or any("\0" in value for value in values if isinstance(value, str)):
        raise _garbled()
    return values


def _garbled() -> Exception:
    return invalid(
        field_error("cursor", "invalid", "Use 'next_cursor' of an answer of this very list.")
    )
