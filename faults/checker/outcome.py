"""What stood when all was over, in compact tables."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Lead(NamedTuple):
    status: str
    phone: str | None
    duplicate_of: str | None
    received: float
    via: str
    text: str | None  # how far the text is, if there is one
    attempts: int


class Text(NamedTuple):
    """One text that the carrier accepted."""

    sid: str
    to: str
    accepted: float
    lead: str | None


class Contact(NamedTuple):
    id: str
    phone: str
    suppressed: bool
    groups: int


class Leak(NamedTuple):
    file: str
    line: int
    kind: str


@dataclass
class Ending:
    """Leads and texts of earlier runs of the same copy are left out: `facts["started"]`."""

    facts: dict[str, Any] = field(default_factory=dict)
    leads: dict[str, Lead] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    queue: list[Contact] = field(default_factory=list)
    suppressed: set[str] = field(default_factory=set)
    texts: list[Text] = field(default_factory=list)
    replies: int = 0  # TwiML's, to the person's own text
    leaks: list[Leak] = field(default_factory=list)
    jobs: int = 0

    def first_of(self, lead_id: str) -> str:
        """The lead that counts: itself, or the first one of a duplicate."""
        lead = self.leads.get(lead_id)
        return lead_id if lead is None or lead.duplicate_of is None else lead.duplicate_of


def load(rows: Iterable[tuple[str, Any]]) -> Ending:
    end = Ending()
    for section, row in rows:
        _take(end, section, row)
    return end


def _take(end: Ending, section: str, row: Any) -> None:
    if section == "facts":
        end.facts = row
    elif section == "leads":
        _take_lead(end, row)
    elif section in {"contacts", "queue"}:
        contact = Contact(row["id"], row["phone"], row["suppressed"], row["groups"])
        (end.contacts if section == "contacts" else end.queue).append(contact)
    elif section == "suppressions":
        end.suppressed.add(row["phone"])
    elif section == "texts":
        _take_text(end, row)
    elif section == "leaks":
        end.leaks.append(Leak(*row))
    else:
        end.jobs += 1


def _take_lead(end: Ending, row: dict[str, Any]) -> None:
    if row["received"] >= end.facts.get("started", 0.0):
        end.leads[row["id"]] = Lead(
            status=row["status"],
            phone=row["phone"],
            duplicate_of=row["duplicate_of"],
            received=row["received"],
            via=row["via"],
            text=row.get("text"),
            attempts=row.get("attempts", 0),
        )


def _take_text(end: Ending, row: dict[str, Any]) -> None:
    if row["accepted"] < end.facts.get("started", 0.0):
        return
    if row["via"] == "api":
        end.texts.append(Text(row["sid"], row["to"], row["accepted"], row["lead"]))
    else:
        end.replies += 1
