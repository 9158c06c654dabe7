"""The consent record of a lead: facts, chained in the order in which they were first told.

The rows are the source of truth, and sealed when they are written: what came in by the very
statement that stores the lead, each text, receipt and opt-out by a link (consent_links.py).
What has been told once is kept besides, in a table that refuses changes, so that a file of
today begins with the very entries of an older one; only new facts are added behind.
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
from models.consent_links import ConsentLink, LinkState, SeenLink, judge, links_of, seal
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
    """The whole record, and the keys of what was told or sealed otherwise before."""

    entries: list[Entry]
    links: list[SeenLink]
    changed: list[str]
    missing: list[str]  # those of them of which the rows tell nothing any more
    unsealed: list[str]  # entries without a link: from the time before there were links
    body_base64: str | None  # the raw body, as long as it is kept


def consent_record(session: Session, lead: Lead) -> ConsentRecord:
    """Return the record of a lead, and keep what is told in it for the first time."""
    lock = func.hashtextextended(f"consent:{lead.id}", 0)
    session.execute(select(func.pg_advisory_xact_lock(lock)))
    query = select(ConsentEntry).where(ConsentEntry.lead_id == lead.id)
    told = [row.entry for row in session.scalars(query.order_by(ConsentEntry.number))]
    phone = lead.phone or _told_phone(told)
    before = {link.id for link in links_of(session, lead, phone)}
    facts = facts_of(session, lead)
    links = links_of(session, lead, phone)  # again: rows and their links come while we look
    changed = _broken(told) if lead.wiped_at else _changed(told, facts)
    if "received" not in changed and not session.scalar(_IS_AS_SEALED, {"id": lead.id}):
        changed.insert(0, "received")
    entries = [*told, *_further(told, _concerning(lead, facts, links))]
    for number, entry in enumerate(entries[len(told) :], len(told) + 1):
        session.add(ConsentEntry(lead_id=lead.id, number=number, entry=entry))
    # Of a wiped person the record alone is left: there are no rows to compare it with.
    today = entries if lead.wiped_at else [_entry(fact) for fact in facts]
    seen = judge(links, {entry["key"]: entry for entry in today}, lead)
    bad = [each for each in seen if each.state in _BAD and each.link.id in before]
    sealed = {each.link.key for each in seen}
    body = None if lead.body is None else b64encode(lead.body).decode()
    return ConsentRecord(
        entries=entries,
        links=seen,
        changed=list(dict.fromkeys([*changed, *(each.link.key for each in bad)])),
        missing=_missing(told, today, bad),
        unsealed=[each["key"] for each in entries if seal(each) and each["key"] not in sealed],
        body_base64=body,
    )


_BAD = {LinkState.CHANGED, LinkState.MISSING, LinkState.BROKEN}


def _concerning(lead: Lead, facts: list[Fact], links: list[ConsentLink]) -> list[Fact]:
    """Leave out what was over before the lead came, by the links as well as by the rows."""
    ended_since = {
        _subject(link.key)
        for link in links
        if link.key.startswith("lifted:") and link.sealed_at > lead.received_at
    }
    return [each for each in facts if not each.is_earlier or _subject(each.key) in ended_since]


def _subject(key: str) -> str:
    return key.partition(":")[2]


def _told_phone(told: list[Entry]) -> str | None:
    """Return the number as it came in: of a wiped lead only the record has it."""
    received = [entry["data"] for entry in told if entry["kind"] == "received"]
    phone: str | None = received[0]["phone"] if received else None
    return phone


def _missing(told: list[Entry], today: list[Entry], bad: list[SeenLink]) -> list[str]:
    known = {entry["key"] for entry in today}
    lasting = [entry["key"] for entry in told if entry["kind"] in _LASTING]
    gone = [key for key in lasting if key not in known]
    gone += [each.link.key for each in bad if each.state is LinkState.MISSING]
    return list(dict.fromkeys(gone))


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
