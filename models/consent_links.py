"""Links: what was sealed of a consent record when it happened, compared with what rows say now.

Triggers append them (migration 0037). A link's `facts` is the SHA-256 of what its row said, as
a JSON array; `hash` that of the hash before it and of these facts. So a row that says something
else today shows, and so does one that is gone: its link is still there.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.chain import Entry
from models.db import Base
from models.leads import Lead

#: What is sealed of an entry after its key and time: fields of its data, in this order.
SEALED = {
    "text": ("from", "to", "text", "attempt"),
    "text_outcome": ("attempt", "outcome", "sid", "error_code"),
    "receipt": ("sid", "attempt", "status", "error_code", "as_sent"),
    "opt_out_text": ("sid", "from", "to", "text", "read_as"),
    "suppressed": ("suppression_kind", "reason", "source", "error_code", "by"),
    "suppression_lifted": ("suppression_kind", "reason", "by"),
    "wiped": (),
}
BEGINNING = bytes(32)
WIPED = "wiped"


class ConsentLink(Base):
    """One link of a chain: that of a lead, or that of an account's number."""

    __tablename__ = "consent_links"

    chain: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str]
    prev: Mapped[int | None] = mapped_column(BigInteger)  # the link it follows, of its chain
    facts: Mapped[bytes]
    hash: Mapped[bytes]
    sealed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class LinkState(StrEnum):
    STANDS = "stands"  # the rows say what they said when it was sealed
    CHANGED = "changed"  # they say something else
    MISSING = "missing"  # they say nothing of it any more
    BROKEN = "broken"  # the link itself is not as it was made, or the one before it is gone
    REPLACED = "replaced"  # an outcome after which a later one became known
    WIPED = "wiped"  # forgotten at the person's request


@dataclass(frozen=True)
class SeenLink:
    """A link, and how it stands today."""

    link: ConsentLink
    prev: bytes | None  # the hash of the link before; None when that link is gone
    state: LinkState


def links_of(session: Session, lead: Lead, phone: str | None) -> list[ConsentLink]:
    """Return the links that concern a lead: its own, and those of its number."""
    chains = [lead.id]
    if phone is not None:
        chains.append(number_chain(lead.account_id, phone))
    query = select(ConsentLink).where(ConsentLink.chain.in_(chains))
    return list(session.scalars(query.order_by(ConsentLink.id)))


def number_chain(account_id: UUID, phone: str) -> UUID:
    """Name the chain of what speaks of a number, as the triggers do."""
    return UUID(hashlib.md5(f"{account_id}{phone}".encode(), usedforsecurity=False).hexdigest())


def seal(entry: Entry) -> bytes | None:
    """Hash what a link seals of an entry; None for kinds that are sealed in another way."""
    fields = SEALED.get(entry["kind"])
    if fields is None:
        return None
    said = [entry["key"], entry["at"], *(_ordered(entry["data"][name]) for name in fields)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).digest()


def judge(
    links: Sequence[ConsentLink], entries: Mapping[str, Entry], lead: Lead
) -> list[SeenLink]:
    """Say of each link how it stands, by what is told today under each key."""
    hashes = {(link.chain, link.id): link.hash for link in links}
    last = {_attempt_of(link): link for link in links}
    wiped = _wiped(links, lead)
    seen = []
    for link in links:
        prev = BEGINNING if link.prev is None else hashes.get((link.chain, link.prev))
        if prev is None or hashlib.sha256(prev + link.facts).digest() != link.hash:
            state = LinkState.BROKEN
        elif link in wiped and (link.key not in entries or link.key == WIPED):
            state = LinkState.WIPED
        elif _attempt_of(link) is not None and last[_attempt_of(link)] is not link:
            state = LinkState.REPLACED
        else:
            state = _compared(link, entries.get(link.key))
        seen.append(SeenLink(link, prev, state))
    return seen


def _wiped(links: Sequence[ConsentLink], lead: Lead) -> list[ConsentLink]:
    """Return those of which the rows need not tell any more.

    Of a wiped lead that is all of them, what came later included. Of a number it is what came
    before the wipe: the same person may have come again since.
    """
    until = max((link.id for link in links if link.key == WIPED), default=0)
    return [
        link for link in links if lead.wiped_at or (link.id <= until and link.chain != lead.id)
    ]


def _compared(link: ConsentLink, entry: Entry | None) -> LinkState:
    if entry is None:
        return LinkState.MISSING
    return LinkState.STANDS if seal(entry) == link.facts else LinkState.CHANGED


def _attempt_of(link: ConsentLink) -> str | None:
    """Return which attempt a link tells an outcome of, if it does."""
    words = link.key.split(":")
    is_outcome = words[0] == "text" and len(words) > 2  # noqa: PLR2004  (text:1:accepted:SM…)
    return words[1] if is_outcome else None


def _ordered(value: Any) -> Any:
    """Bring the keys of an object into PostgreSQL's order: by length, then by bytes."""
    if not isinstance(value, dict):
        return value
    return {
        key: value[key]
        for key in sorted(value, key=lambda key: (len(key.encode()), key.encode()))
    }
