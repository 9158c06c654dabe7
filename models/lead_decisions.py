"""What an operator may decide about one lead: try it again, or discard it.

Whether that is possible is asked twice by the same rule: when it is asked for, and by the job
that does it, under the locks of the delivery and then the lead.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.deliveries import IN_FLIGHT, Delivery, DeliveryStatus
from models.integrations import Integration, QuietHours
from models.jobs import Job
from models.leads import Lead, LeadStatus
from models.timeline import TimelineEntry
from models.windows import has_no_hour

MAY_HAVE_BEEN_SENT = "may-have-been-sent"
NOT_HELD = "not-held"
NO_PERMITTED_HOUR = "no-permitted-hour"

DECISIONS = ("retry_lead", "discard_lead")

#: Texts that an operator may send again: Twilio or the carrier gave them up, or nobody knows
#: and a person has looked.
_AGAIN = (
    DeliveryStatus.READY,
    DeliveryStatus.UNDELIVERED,
    DeliveryStatus.REFUSED,
    DeliveryStatus.REVIEW,
)


_DEFERS = func.coalesce(Integration.quiet_hours == QuietHours.DEFER, False)


class Standing(NamedTuple):
    """A lead and its text, if it has one."""

    lead: Lead
    delivery: Delivery | None
    defers: bool = False  # to the permitted hours; known of one that is decided on

    @classmethod
    def of(
        cls, session: Session, account_id: UUID, lead_id: UUID, *, lock: bool = False
    ) -> "Standing | None":
        if lock:
            return cls._locked(session, account_id, lead_id)
        # One statement, one moment: receipts may be applied between two.
        query = (
            select(Lead, Delivery, _DEFERS)
            .outerjoin(Integration, Integration.id == Lead.integration_id)
            .outerjoin(Delivery, Delivery.lead_id == Lead.id)
            .where(Lead.account_id == account_id, Lead.id == lead_id)
        )
        row = session.execute(query).one_or_none()
        return None if row is None else cls(*row)

    @classmethod
    def _locked(cls, session: Session, account_id: UUID, lead_id: UUID) -> "Standing | None":
        """The delivery first, as those do who write both."""
        delivery = select(Delivery).where(
            Delivery.account_id == account_id, Delivery.lead_id == lead_id
        )
        lead = select(Lead).where(Lead.account_id == account_id, Lead.id == lead_id)
        text = session.scalar(delivery.with_for_update())
        found = session.scalar(lead.with_for_update())
        if found is None:
            return None
        defers = select(_DEFERS).where(Integration.id == found.integration_id)
        return cls(found, text, session.scalar(defers) is True)

    def against(self, decision: str) -> str | None:
        """Say by a code why this decision is not possible; None if it is."""
        return self._against_retry() if decision == "retry_lead" else self._against_discard()

    def retry(self, session: Session, job: Job) -> None:
        """Have the text sent again now, or the lead processed again where it has no text."""
        now = session.scalars(select(func.now())).one()
        self.lead.status = LeadStatus.RECEIVED
        self.lead.reason = None
        self.lead.claims = 0
        self.lead.lease_until = self.lead.held_at = None
        self.lead.rung_at = now
        if self.delivery is not None:
            self.lead.status = LeadStatus.TEXTING
            self._make_ready(self.delivery)
            self.delivery.due_at = now
        self._tell(session, job, "retried", "Retried")

    def discard(self, session: Session, job: Job) -> None:
        """Decide against the lead for good; its unsent text is canceled."""
        reason = f"discarded by {job.by_name}" if job.by_name else "discarded"
        self.lead.status = LeadStatus.DROPPED
        self.lead.reason = reason
        if self.delivery is not None and self.delivery.status is DeliveryStatus.READY:
            self.delivery.status = DeliveryStatus.CANCELED
            self.delivery.reason = reason
            self.delivery.final_at = session.scalar(select(func.now()))
            self.delivery.check_at = None
        self._tell(session, job, "dropped", "Discarded")

    def _against_retry(self) -> str | None:
        if self.delivery and self.delivery.status in (*IN_FLIGHT, DeliveryStatus.SENT):
            return MAY_HAVE_BEEN_SENT
        if self.lead.status not in (LeadStatus.HELD, LeadStatus.NEEDS_ATTENTION):
            return NOT_HELD
        if self.defers and has_no_hour(self.lead):
            return NO_PERMITTED_HOUR
        if self.delivery is None:
            return None if self.lead.phone else NOT_HELD
        return None if self.delivery.status in _AGAIN else NOT_HELD

    def _against_discard(self) -> str | None:
        if self.delivery and self.delivery.status in IN_FLIGHT:
            return MAY_HAVE_BEEN_SENT
        return None if self.lead.status is LeadStatus.HELD else NOT_HELD

    @staticmethod
    def _make_ready(delivery: Delivery) -> None:
        """As if it had never been tried; its attempts keep what came of each."""
        delivery.status = DeliveryStatus.READY
        delivery.reason = delivery.sid = delivery.error_code = None
        delivery.attempt_token = delivery.lease_until = None
        delivery.accepted_at = delivery.final_at = delivery.check_at = None
        delivery.valid_until = None
        delivery.prefix = None  # an operator has looked: no cap
        delivery.setbacks = delivery.checks = delivery.unknowns = 0

    def _tell(self, session: Session, job: Job, kind: str, verb: str) -> None:
        TimelineEntry.add(
            session,
            job.account_id,
            kind,
            f"{verb} by {job.by_name}." if job.by_name else f"{verb}.",
            by=job.by,
            lead_id=self.lead.id,
            contact_id=self.lead.contact_id,
            request_id=job.request_id,
        )
