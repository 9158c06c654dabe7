"""Finding leads by name or number, whatever became of them.

`lead_search` holds the terms of each lead under one index (migration 0018). A sweep writes
them, not the accept call, for which a sender waits: so there is a mark for each account, up to
which all are written, and leads that came after it are compared one by one.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    Cast,
    ColumnElement,
    Connection,
    and_,
    any_,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session, aliased

from models.contact_search import SHORTEST_PART, Typed
from models.leads import Lead
from models.search_terms import LeadSearch, SearchMark

#: Leads of the list that are looked at first, and how many of them make a search one for many.
SAMPLE = 1_000
MANY = 5
#: An accept call's transaction is over long before (statement_timeout in models/db.py).
SETTLED_SECONDS = 30
#: Leads of one account that one run of the sweep reads.
MOST = 2_000


def of_leads(
    session: Session, account_id: UUID, typed: Typed, *listed: ColumnElement[bool]
) -> ColumnElement[bool]:
    """The condition that a lead of the account is meant, in the quicker of two forms.

    Where many of the list are meant, walking it newest first soon finds a page of them; where
    few are, the index names them all. PostgreSQL cannot tell which: it keeps no figures of rare
    words. A short list is walked in any case: of a common name the index names far too many.
    *listed* says what else the list asks of its leads.
    """
    if not typed.beginnings and not typed.parts:
        return false()
    after = _AfterMark.of(session, account_id)
    newest = (
        select(Lead)
        .where(Lead.account_id == account_id, *listed)
        .order_by(Lead.received_at.desc(), Lead.id.desc())
        .limit(SAMPLE)
        .subquery()
    )
    some = aliased(Lead, newest)
    meant = func.count().filter(_asked_of_each(some, typed, after))
    listed_many, meant_many = session.execute(
        select(func.count(), meant).select_from(some)
    ).one()
    if meant_many >= MANY or listed_many < SAMPLE:
        return _asked_of_each(Lead, typed, after)
    hits = select(LeadSearch.lead_id).where(
        LeadSearch.terms.bool_op("@@")(_query(account_id, typed))
    )
    recent = select(Lead.id).where(after.holds(Lead), typed.leads())
    return and_(
        Lead.id == any_(func.array(union(hits, recent).scalar_subquery())),
        *_numbers(Lead, typed),
    )


def index_leads(connection: Connection) -> int:
    """Write the terms of leads that have none yet, of every account; move the marks."""
    given = {"most": MOST, "settled": SETTLED_SECONDS}
    found: int = connection.execute(_INDEX, given).scalar_one()
    return found


@dataclass(frozen=True)
class _AfterMark:
    """The leads of an account that came after its mark, and have no terms yet."""

    account_id: UUID
    mark: SearchMark | None

    @classmethod
    def of(cls, session: Session, account_id: UUID) -> "_AfterMark":
        return cls(account_id, session.get(SearchMark, account_id))

    def holds(self, of: type[Lead]) -> ColumnElement[bool]:
        unread = ~exists().where(LeadSearch.lead_id == of.id)
        mine = of.account_id == self.account_id
        if self.mark is None:
            return and_(mine, unread)
        there = tuple_(
            literal(self.mark.received_at, Lead.received_at.type),
            literal(self.mark.lead_id, Lead.id.type),
        )
        return and_(mine, tuple_(of.received_at, of.id) > there, unread)


def _asked_of_each(of: type[Lead], typed: Typed, after: _AfterMark) -> ColumnElement[bool]:
    """The condition asked of one lead after the other; a number answers by itself."""
    if not typed.beginnings:
        return and_(*_numbers(of, typed))
    # A scalar subquery, which is never turned into a join that would read all of them.
    own = select(LeadSearch.terms.bool_op("@@")(_query(after.account_id, typed)))
    read = own.where(LeadSearch.lead_id == of.id).scalar_subquery()
    names = " " + func.fold_name(of.first_name + " " + of.last_name)
    begins = (names.contains(f" {word}", autoescape=True) for word in typed.beginnings)
    meant = or_(read.is_(True), and_(after.holds(of), *begins))
    return and_(_may_begin(of, typed), meant, *_numbers(of, typed))


def _may_begin(of: type[Lead], typed: Typed) -> ColumnElement[bool]:
    """Rule most others out by the lead's own row, before its terms are looked up.

    Only names of plain letters: accents and apostrophes are for fold_name to judge.
    """
    names = of.first_name + " " + of.last_name
    plain = func.lower(names)
    return or_(
        and_(*(plain.contains(word, autoescape=True) for word in typed.beginnings)),
        func.octet_length(names) != func.char_length(names),
        names.contains("'"),
        names.contains("`"),
    )


def _numbers(of: type[Lead], typed: Typed) -> list[ColumnElement[bool]]:
    """Three digits a term: that they stand in one row is told by the number alone."""
    return [of.phone.contains(part, autoescape=True) for part in typed.parts]


def _query(account_id: UUID, typed: Typed) -> Cast[str]:
    return cast(f"'@{account_id.hex}' & {query_of(typed)}", TSQUERY)


def query_of(typed: Typed) -> str:
    """What was typed as a tsquery: beginnings of words, and threes of digits."""
    threes = (
        f"'#{part[at : at + SHORTEST_PART]}'"
        for part in typed.parts
        for at in range(len(part) - SHORTEST_PART + 1)
    )
    # fold_name has left no quote and no backslash in a word
    return " & ".join([*(f"'{word}':*" for word in typed.beginnings), *threes])


_INDEX = text("""
    WITH marks AS MATERIALIZED (
      SELECT a.id AS account_id, coalesce(m.received_at, '-infinity') AS received_at,
             coalesce(m.lead_id, '00000000-0000-0000-0000-000000000000') AS lead_id
      FROM accounts a LEFT JOIN search_marks m ON m.account_id = a.id
    ), fresh AS MATERIALIZED (
      SELECT l.* FROM marks CROSS JOIN LATERAL (
        SELECT id, account_id, first_name, last_name, phone, received_at FROM leads
        WHERE account_id = marks.account_id
          AND (received_at, id) > (marks.received_at, marks.lead_id)
        ORDER BY received_at, id LIMIT :most) AS l
    ), read AS (
      INSERT INTO lead_search (lead_id, terms)
      SELECT id, lead_terms(account_id, first_name, last_name, phone) FROM fresh
      WHERE NOT EXISTS (SELECT 1 FROM lead_search s WHERE s.lead_id = fresh.id)
      ORDER BY id
      ON CONFLICT (lead_id) DO NOTHING RETURNING lead_id
    ), moved AS (
      INSERT INTO search_marks (account_id, received_at, lead_id)
      SELECT DISTINCT ON (account_id) account_id, received_at, id FROM fresh
      WHERE received_at < now() - make_interval(secs => :settled)
      ORDER BY account_id, received_at DESC, id DESC
      ON CONFLICT (account_id) DO UPDATE
      SET received_at = excluded.received_at, lead_id = excluded.lead_id
      WHERE (search_marks.received_at, search_marks.lead_id)
            < (excluded.received_at, excluded.lead_id)
    )
    SELECT count(*) FROM read
""")
