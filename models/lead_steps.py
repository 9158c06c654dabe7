"""The steps of a lead between its receipt and its text: claim it, then make it ready.

Each is decided by what the database says now, not by what a job was told.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.calls import call
from models.phone_numbers import SENDING_NUMBER
from senders.prefix import capped_prefix

#: A claim outlives a look-up and the transaction behind it by far.
LEASE_SECONDS = 60
#: A lead that was claimed so often and never got through kills its worker.
MOST_CLAIMS = 5


@dataclass(frozen=True)
class ClaimedLead:
    """A lead that this job may process, and what there is to know for it."""

    id: UUID
    account_id: UUID
    integration_id: UUID
    first_name: str
    last_name: str
    phone: str
    claims: int
    request_id: str | None
    integration: str  # active, paused or deleted
    brand: str
    compliance_message: str
    window_hours: int
    default_region: str
    looks_up: bool
    from_number: str | None
    line_type: str | None  # as looked up in the last 90 days
    is_listed: bool  # after a restore: Twilio may have sent this person's text already

    @property
    def kills_workers(self) -> bool:
        return self.claims > MOST_CLAIMS

    @property
    def prefix(self) -> str | None:
        """How the number begins, where texts to such numbers are capped by the hour."""
        return capped_prefix(self.phone, self.default_region)


def claim(lead_id: UUID) -> ClaimedLead | None:
    """Reserve a received lead for this job; None if another has it or it is done. Committed."""
    row = call(_CLAIM, LEASE_SECONDS, lead_id)
    return ClaimedLead(*row) if row else None


def is_still_mine(session: Session, lead: ClaimedLead) -> bool:
    """Lock the lead. False if it was decided on, or claimed by another job, since the claim."""
    given = {"lead_id": lead.id, "claims": lead.claims}
    return session.execute(_STILL_MINE, given).first() is not None


def switch_now(session: Session, integration_id: UUID) -> str:
    """Return active, paused or deleted, and keep it so until the transaction ends.

    Whoever is about to hold a lead for a paused integration asks this first. The switch takes
    the same row exclusively: its job either finds the lead held, or the lead is not held.
    """
    found: str = session.execute(_SWITCH, {"integration_id": integration_id}).scalar_one()
    return found


@dataclass(frozen=True)
class Person:
    """The contact of a lead, and what decides whether the person is texted."""

    contact_id: UUID
    landline: bool
    suppressed: bool
    in_group: bool
    texted_lately: bool


def person_of(session: Session, lead: ClaimedLead) -> Person:
    """Find the lead's contact or make it, and tie the two together. The first names stay."""
    given: dict[str, Any] = {
        "id": uuid4(),
        "lead_id": lead.id,
        "account_id": lead.account_id,
        "integration_id": lead.integration_id,
        "phone": lead.phone,
        "first_name": lead.first_name,
        "last_name": lead.last_name,
        "hours": lead.window_hours,
    }
    row = session.execute(_PERSON, given).one()
    return Person(**row._mapping)  # noqa: SLF001  (SQLAlchemy's public name)


def make_ready(session: Session, lead: ClaimedLead, person: Person, body: str) -> None:
    """Give the lead its one delivery, due now. Its claim has the last word on the number."""
    given = {
        "lead_id": lead.id,
        "account_id": lead.account_id,
        "integration_id": lead.integration_id,
        "contact_id": person.contact_id,
        "phone": lead.phone,
        "from_number": lead.from_number,
        "body": body,
        "prefix": lead.prefix,
    }
    session.execute(_READY, given)


#: Names the columns in the order of ClaimedLead.
_CLAIM = f"""
    UPDATE leads l
    SET lease_until = now() + make_interval(secs => %s), claims = l.claims + 1
    FROM integrations i
    WHERE l.id = %s AND l.status = 'received' AND i.id = l.integration_id
      AND (l.lease_until IS NULL OR l.lease_until < now())
    RETURNING l.id, l.account_id, l.integration_id, l.first_name, l.last_name, l.phone,
      l.claims, l.request_id,
      CASE WHEN i.deleted_at IS NOT NULL THEN 'deleted' ELSE i.status END AS integration,
      i.brand, i.compliance_message, i.duplicate_window_hours AS window_hours,
      i.default_region, i.lookup AS looks_up,
      {SENDING_NUMBER} AS from_number,
      (SELECT k.line_type FROM lookups k WHERE k.phone = l.phone
         AND k.looked_up_at > now() - interval '90 days') AS line_type,
      EXISTS (SELECT FROM listed_texts t WHERE t.phone = l.phone AND t.lead_id IS NULL)
        AS is_listed
"""  # noqa: S608  (a constant of ours)

_STILL_MINE = text("""
    SELECT id FROM leads WHERE id = :lead_id AND status = 'received' AND claims = :claims
    FOR NO KEY UPDATE
""")

_SWITCH = text("""
    SELECT CASE WHEN deleted_at IS NOT NULL THEN 'deleted' ELSE status END
    FROM integrations WHERE id = :integration_id FOR SHARE
""")

_PERSON = text("""
    WITH made AS (
      INSERT INTO contacts (id, account_id, phone, first_name, last_name)
      VALUES (:id, :account_id, :phone, :first_name, :last_name)
      ON CONFLICT (account_id, phone) WHERE deleted_at IS NULL
      DO UPDATE SET phone = excluded.phone
      RETURNING id, landline, suppressed, group_count
    ), tied AS (
      UPDATE leads SET contact_id = made.id FROM made WHERE leads.id = :lead_id
    )
    SELECT made.id AS contact_id, made.landline, made.suppressed,
           made.group_count > 0 AS in_group,
           EXISTS (
             SELECT 1 FROM deliveries d
             WHERE d.account_id = :account_id AND d.phone = :phone
               AND d.integration_id = :integration_id AND d.lead_id <> :lead_id
               AND d.status IN ('sent', 'delivered')
               AND d.accepted_at > now() - make_interval(hours => :hours)
           ) AS texted_lately
    FROM made
""")

_READY = text("""
    WITH ready AS (
      INSERT INTO deliveries (lead_id, account_id, integration_id, contact_id, phone,
                              from_number, body, prefix, status)
      VALUES (:lead_id, :account_id, :integration_id, :contact_id, :phone, :from_number,
              :body, :prefix, 'ready')
      ON CONFLICT (lead_id) DO NOTHING
    )
    UPDATE leads SET status = 'texting', reason = NULL, lease_until = NULL
    WHERE id = :lead_id
""")
