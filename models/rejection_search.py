"""Finding rejections by the name or number that was sent, though no lead came of it.

What a body says is read as form tools write it, by senders/; a body that cannot be read is
taken as it is. The terms stay on the rejection's row and go when its body goes. A sweep reads
new ones; a search reads those first that the sweep has not come to.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Cast, Connection, cast, select, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from models.contact_search import SHORTEST_PART, Typed
from models.lead_search import query_of
from models.rejections import Rejection
from senders import NotALead
from senders.bodies import read

#: Rejections that one run reads.
MOST = 500
#: What of a body is kept: no lead says more about a person.
MOST_WORDS = 300
MOST_NUMBERS = 10
LONGEST_WORD = 40
LONGEST_RAW = 4_000

_NUMBER = re.compile(r"\+?\d[\d\s().\-/]{4,30}\d")
_NOT_A_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True)
class Said:
    """The words of a body, and the digits of what may be numbers in it."""

    words: str
    numbers: tuple[str, ...]

    @classmethod
    def by(cls, body: bytes | None, content_type: str | None) -> "Said":
        values = list(_values(body or b"", content_type))
        words = [word[:LONGEST_WORD] for value in values for word in value.split()]
        found = (match for value in values for match in _NUMBER.findall(value))
        numbers = dict.fromkeys(_NOT_A_DIGIT.sub("", each) for each in found)
        return cls(" ".join(words[:MOST_WORDS]), tuple(numbers)[:MOST_NUMBERS])

    def has(self, parts: Sequence[str]) -> bool:
        return all(any(part in number for number in self.numbers) for part in parts)

    def threes(self) -> list[str]:
        return [
            "#" + number[at : at + SHORTEST_PART]
            for number in self.numbers
            for at in range(len(number) - SHORTEST_PART + 1)
        ]


def read_rejections(connection: Connection, account_id: UUID | None = None) -> int:
    """Write the terms of rejections that have none yet; return how many there were."""
    unread = select(Rejection.id, Rejection.body, Rejection.content_type).where(
        Rejection.terms.is_(None)
    )
    if account_id is not None:
        unread = unread.where(Rejection.account_id == account_id)
    rows = connection.execute(unread.order_by(Rejection.id).limit(MOST)).all()
    for id_, body, content_type in rows:
        said = Said.by(body, content_type)
        given = {"id": id_, "words": said.words, "threes": said.threes()}
        connection.execute(_KEEP, given)
    return len(rows)


def rejections_of(
    session: Session, account_id: UUID, typed: Typed, most: int
) -> list[Rejection]:
    """Return the newest rejections of the account that say what was typed."""
    if not typed.beginnings and not typed.parts:
        return []
    read_rejections(session.connection(), account_id)
    query = (
        select(Rejection)
        .where(Rejection.account_id == account_id, Rejection.terms.bool_op("@@")(_query(typed)))
        .order_by(Rejection.received_at.desc(), Rejection.id.desc())
        .limit(most * 2)  # the terms know three digits in a row: some have them elsewhere
    )
    found = session.scalars(query)
    return [each for each in found if _has(each, typed.parts)][:most]


def _has(rejection: Rejection, parts: Sequence[str]) -> bool:
    return not parts or Said.by(rejection.body, rejection.content_type).has(parts)


def _query(typed: Typed) -> Cast[str]:
    return cast(query_of(typed), TSQUERY)


def _values(body: bytes, content_type: str | None) -> Iterator[str]:
    """Every text and number in a body; all of it where it cannot be read."""
    try:
        tree = read(body, content_type).tree
    except NotALead:
        tree = body.decode(errors="replace")[:LONGEST_RAW]
    for value in _leaves(tree):
        yield value.replace("\0", " ")


def _leaves(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for each in node.values():
            yield from _leaves(each)
    elif isinstance(node, list | tuple):
        for each in node:
            yield from _leaves(each)
    elif isinstance(node, int) and not isinstance(node, bool):
        yield str(node)


_KEEP = text("""
    UPDATE rejections SET terms = array_to_tsvector(
      array_remove(string_to_array(fold_name(:words), ' '), '') || CAST(:threes AS text[]))
    WHERE id = :id AND terms IS NULL
""")
