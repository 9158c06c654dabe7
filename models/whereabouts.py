""" "Where is Jane Smith?": one search over everybody who ever came in, in any state.

Contacts, leads, suppressions and rejections are searched by name or by any part of a number;
each hit says in a sentence where the person is, who moved or removed them, and when.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.contact_lists import Sort, Wanted
from models.contact_pages import Place, page
from models.contact_search import Typed
from models.contact_words import Told, where_contacts_are, why_suppressed
from models.contacts import Contact
from models.lead_search import of_leads
from models.lead_words import where_leads_are, why_rejected
from models.leads import Lead
from models.many import is_one_of
from models.rejection_search import rejections_of
from models.suppressions import Suppression

#: Hits of one kind. Who has more finds nobody by looking: the name has to be narrower.
MOST = 20


@dataclass(frozen=True)
class Hit:
    """One thing that was found. `id` is that of the contact, lead, suppression, rejection."""

    kind: str
    id: UUID
    name: str
    phone: str | None
    contact_id: UUID | None
    told: Told

    def sentence(self, zone: tzinfo, now: datetime) -> str:
        """Say where and when: "moved to Spring list by Ana, 10:02"."""
        when = f", {in_words(self.told.at, zone, now)}" if self.told.at is not None else ""
        return self.told.text + when


def whereabouts(session: Session, account_id: UUID, q: str, most: int = MOST) -> list[Hit]:
    """Find people of the account: contacts first, each kind newest first."""
    typed = Typed.read(session, q)
    if not typed.beginnings and not typed.parts:
        return []
    leads = _leads(session, account_id, typed, most)
    contacts = page(session, account_id, Wanted(q=q), Place(Sort.NEWEST, most))
    gone = _contacts_of(session, account_id, leads, {each.id for each in contacts})
    where = where_contacts_are(session, [*contacts, *gone])
    phones = {each.phone for each in [*contacts, *gone]}
    phones |= {each.phone for each in leads if each.phone}
    suppressions = _suppressions(session, account_id, typed, phones, most)
    rejections = rejections_of(session, account_id, typed, most)
    states = where_leads_are(session, leads, where)
    return [
        *_of_contacts([*contacts, *gone], leads, where, states),
        *(_of_lead(each, states[each.id]) for each in leads),
        *_of_suppressions(session, suppressions),
        *(Hit("rejection", each.id, "", None, None, why_rejected(each)) for each in rejections),
    ]


def tell_leads(session: Session, account_id: UUID, leads: Sequence[Lead]) -> dict[UUID, Told]:
    """Say of each of these leads where it is, and its person with it."""
    contacts = _contacts_of(session, account_id, leads, set())
    return where_leads_are(session, leads, where_contacts_are(session, contacts))


def in_words(at: datetime, zone: tzinfo, now: datetime) -> str:
    """A time as people tell it: the hour today, the day as well on another day."""
    there, here = at.astimezone(zone), now.astimezone(zone)
    if there.date() == here.date():
        return f"{there:%H:%M}"
    year = "" if there.year == here.year else f" {there.year}"
    return f"{there.day} {there:%b}{year}, {there:%H:%M}"


def _leads(session: Session, account_id: UUID, typed: Typed, most: int) -> list[Lead]:
    query = (
        select(Lead)
        .where(Lead.account_id == account_id, of_leads(session, account_id, typed))
        .order_by(Lead.received_at.desc(), Lead.id.desc())
        .limit(most)
    )
    return list(session.scalars(query))


def _contacts_of(
    session: Session, account_id: UUID, leads: Iterable[Lead], known: set[UUID]
) -> list[Contact]:
    """Deleted contacts, whom no list shows, are found by their leads like the others."""
    wanted = {each.contact_id for each in leads if each.contact_id} - known
    query = select(Contact).where(
        Contact.account_id == account_id, is_one_of(Contact.id, wanted)
    )
    return list(session.scalars(query.order_by(Contact.first_seen_at.desc())))


def _suppressions(
    session: Session, account_id: UUID, typed: Typed, phones: set[str], most: int
) -> list[Suppression]:
    """By the number typed, or by the numbers of the people found; lifted ones are history."""
    live = (Suppression.account_id == account_id, Suppression.lifted_at.is_(None))
    newest = (Suppression.created_at.desc(), Suppression.id.desc())
    of_people = select(Suppression).where(*live, Suppression.phone.in_(phones))
    found = list(session.scalars(of_people.order_by(*newest).limit(most)))
    if not typed.beginnings:
        wanted = select(Suppression).where(*live, typed.phones(Suppression.phone))
        found += session.scalars(wanted.order_by(*newest).limit(most))
    return list({each.id: each for each in found}.values())[:most]


def _of_contacts(
    contacts: Sequence[Contact],
    leads: Sequence[Lead],
    where: dict[UUID, Told],
    states: dict[UUID, Told],
) -> Iterable[Hit]:
    """Of whom nothing else can be said, their newest lead tells."""
    newest = {lead.contact_id: states[lead.id] for lead in reversed(leads) if lead.contact_id}
    unknown = Told("known", "in no group and not in the opt-in queue", None)
    for each in contacts:
        told = where.get(each.id) or newest.get(each.id) or unknown
        yield Hit("contact", each.id, _name(each), each.phone, each.id, told)


def _of_lead(lead: Lead, told: Told) -> Hit:
    return Hit("lead", lead.id, _name(lead), lead.phone, lead.contact_id, told)


def _of_suppressions(session: Session, found: Sequence[Suppression]) -> Iterable[Hit]:
    why = why_suppressed(session, found)
    for each in found:
        yield Hit("suppression", each.id, "", each.phone, None, why[each.id])


def _name(person: Contact | Lead) -> str:
    return f"{person.first_name} {person.last_name}".strip()
