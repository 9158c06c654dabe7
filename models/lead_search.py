"""Finding leads by name or number, whatever became of them.

`lead_search` holds the terms of each lead under one index (migration 0018). A sweep writes
them, not the accept call, for which a sender waits: so there is a mark for each account, up to
which all are written, and leads that came after it are compared one by one.
"""

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
from sqlalchemy.orm import Session

from models.contact_search import SHORTEST_PART, Typed
from models.leads import Lead
from models.search_terms import LeadSearch, SearchMark

#: So many are named by the index and sorted; of more, a list in its order soon has a page.
FEW = 4_000
#: An accept call's transaction is over long before (statement_timeout in models/db.py).
SETTLED_SECONDS = 30
#: Leads of one account that one run of the sweep reads.
MOST = 5_000


def of_leads(session: Session, account_id: UUID, typed: Typed) -> ColumnElement[bool]:
    """The condition that a lead of the account is meant by what was typed."""
    if not typed.beginnings and not typed.parts:
        return false()
    hits = select(LeadSearch.lead_id).where(_meant(account_id, typed))
    some = hits.limit(FEW + 1).subquery()
    few = session.scalars(select(func.count()).select_from(some)).one() <= FEW
    after = _after_mark(session, account_id)
    if few:
        recent = select(Lead.id).where(after, _unread(), typed.leads())
        named = func.array(union(hits, recent).scalar_subquery())
        return and_(Lead.id == any_(named), *_numbers(typed))
    # A scalar subquery, which is never turned into a join that would read all of them.
    own = select(LeadSearch.terms.bool_op("@@")(_query(account_id, typed)))
    read = own.where(LeadSearch.lead_id == Lead.id).scalar_subquery()
    return and_(or_(read.is_(True), and_(after, _unread(), typed.leads())), *_numbers(typed))


def index_leads(connection: Connection) -> int:
    """Write the terms of leads that have none yet, of every account; move the marks."""
    given = {"most": MOST, "settled": SETTLED_SECONDS}
    found: int = connection.execute(_INDEX, given).scalar_one()
    return found


def _after_mark(session: Session, account_id: UUID) -> ColumnElement[bool]:
    """The condition on leads of the account that came after its mark."""
    mark = session.get(SearchMark, account_id)
    mine = Lead.account_id == account_id
    if mark is None:
        return mine
    here = tuple_(Lead.received_at, Lead.id)
    there = tuple_(
        literal(mark.received_at, Lead.received_at.type), literal(mark.lead_id, Lead.id.type)
    )
    return and_(mine, here > there)


def _unread() -> ColumnElement[bool]:
    return ~exists().where(LeadSearch.lead_id == Lead.id)


def _numbers(typed: Typed) -> list[ColumnElement[bool]]:
    """Three digits a term: that they stand in one row is told by the number alone."""
    return [Lead.phone.contains(part, autoescape=True) for part in typed.parts]


def _meant(account_id: UUID, typed: Typed) -> ColumnElement[bool]:
    return LeadSearch.terms.bool_op("@@")(_query(account_id, typed))


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
