"""The consent record of a lead: facts, chained in the order in which they were first told.

The rows are the source of truth. What has been told once is kept, in a table that refuses
changes, so that a later look finds what was changed in the rows since; only new facts are
added behind. Nothing of it is on the way of a lead: a record is written down when it is asked
for. What came in is sealed before, by the very statement that stored the lead, so that a change
shows from then on.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.chain import BEGINNING, Entry, broken_at, link
from models.consent_facts import Fact, facts_of, utc
from models.db import Base
from models.leads import Lead

#: Rows that nothing removes. The conversation may be wiped, and an unknown outcome be settled.
_LASTING = frozenset({"received", "text", "receipt", "suppressed"})
#: What may not be known any more without anything having been changed: bodies are forgotten
#: after their time, and which wording a text has is found by the names of the lead.
_FORGETTABLE = frozenset(
    {"body_sha256", "body_bytes", "template", "template_version", "template_sha256"}
)


class ConsentEntry(Base):
    """One entry as it was first told, with its place in the chain."""

    __tablename__ = "consent_entries"

    lead_id: Mapped[UUID] = mapped_column(ForeignKey(Lead.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[dict[str, Any]] = mapped_column(JSONB)


@dataclass(frozen=True)
class ConsentRecord:
    """The whole record, and the keys of what was told otherwise before."""

    entries: list[Entry]
    changed: list[str]
    body_base64: str | None  # the raw body, as long as it is kept


def consent_record(session: Session, lead: Lead) -> ConsentRecord:
    """Return the record of a lead, and keep what is told in it for the first time."""
    lock = func.hashtextextended(f"consent:{lead.id}", 0)
    session.execute(select(func.pg_advisory_xact_lock(lock)))
    query = select(ConsentEntry).where(ConsentEntry.lead_id == lead.id)
    told = [row.entry for row in session.scalars(query.order_by(ConsentEntry.number))]
    # Of a wiped person the record alone is left: there are no rows to compare it with.
    facts = [] if lead.wiped_at else facts_of(session, lead)
    changed = _broken(told) if lead.wiped_at else _changed(told, facts)
    if "received" not in changed and not session.scalar(_IS_AS_SEALED, {"id": lead.id}):
        changed.insert(0, "received")
    entries = [*told, *_further(told, facts)]
    for number, entry in enumerate(entries[len(told) :], len(told) + 1):
        session.add(ConsentEntry(lead_id=lead.id, number=number, entry=entry))
    body = None if lead.body is None else b64encode(lead.body).decode()
    return ConsentRecord(entries, changed, body)


# A lead of the time before seals has none, and one that was wiped is known by what was told.
_IS_AS_SEALED = text("""
SELECT seal IS NULL OR wiped_at IS NOT NULL
       OR (seal = lead_seal_v1(leads, substr(seal, 1, 32))
           AND (body IS NULL OR sha256(body) = substr(seal, 1, 32)))
FROM leads WHERE id = :id
""")


def _further(told: list[Entry], facts: list[Fact]) -> list[Entry]:
    known = {entry["key"] for entry in told}
    prev = told[-1]["hash"] if told else BEGINNING
    added: list[Entry] = []
    for fact in facts:
        if fact.key not in known:
            added.append(link(_entry(fact) | {"number": len(told) + len(added) + 1}, prev))
            prev = added[-1]["hash"]
    return added


def _changed(told: list[Entry], facts: list[Fact]) -> list[str]:
    """Return the keys of entries that the rows tell otherwise by now, or not at all."""
    today = {fact.key: _entry(fact) for fact in facts}
    changed = _broken(told)
    for entry in told:
        if not _stands(entry, today.get(entry["key"])) and entry["key"] not in changed:
            changed.append(entry["key"])
    return changed


def _broken(told: list[Entry]) -> list[str]:
    broken = broken_at(told)
    return [] if broken is None else [told[broken]["key"]]


def _stands(told: Entry, now: Entry | None) -> bool:
    if now is None:
        return told["kind"] not in _LASTING
    return told["at"] == now["at"] and _same(told["data"], now["data"])


def _same(told: dict[str, Any], now: dict[str, Any]) -> bool:
    differing = {name for name in told.keys() | now.keys() if told.get(name) != now.get(name)}
    return all(name in _FORGETTABLE and now.get(name) is None for name in differing)


def _entry(fact: Fact) -> Entry:
    return {"key": fact.key, "kind": fact.kind, "at": utc(fact.at), "data": fact.data}
