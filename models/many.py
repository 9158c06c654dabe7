"""Many ids as one parameter: the statement stays the same, however many there are."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, any_, func, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute


def each_of(ids: Iterable[UUID]) -> ColumnElement[UUID]:
    """A row for each id."""
    return func.unnest(literal([*ids], ARRAY(Uuid)))


def is_one_of(column: InstrumentedAttribute[UUID], ids: Iterable[UUID]) -> ColumnElement[bool]:
    """The condition that a column holds one of the ids."""
    return column == any_(literal([*ids], ARRAY(Uuid)))
