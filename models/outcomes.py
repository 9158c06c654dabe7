"""Where a lead can end or wait, and what that means for its contact and the opt-in queue.

The table "Fates" of the product's rules, one function a row. All of them work in the caller's
transaction, tell the timeline, and change nothing when the lead is there already. Whoever
lets somebody join holds the suppression lock, at least shared.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.leads import LeadStatus

MAY_HAVE_BEEN_SENT = "may have been sent"
NO_NUMBER = "no approved messaging number"


def join(session: Session, lead_id: UUID, sentence: str) -> None:
    """The text is confirmed: the person joins the opt-in queue, unless in a group or deleted.

    Joining twice leaves one place, the first. Whose number was suppressed meanwhile does not
    join: the lead ends `suppressed`.
    """
    session.execute(_JOIN, {"lead_id": lead_id, "status": "joined", "text": sentence})


def land(session: Session, lead_id: UUID, sentence: str) -> None:
    """The number is a landline: marked so, in the opt-in queue, never texted.

    A text that has not left never will: it was retried, or waited while another found out.
    """
    session.execute(
        text("""
            UPDATE deliveries SET status = 'landline', reason = 'the number is a landline',
                                  final_at = now(), check_at = NULL
            WHERE lead_id = :lead_id AND status = 'ready'
        """),
        {"lead_id": lead_id},
    )
    session.execute(_MARK_LANDLINE, {"lead_id": lead_id})
    session.execute(_JOIN, {"lead_id": lead_id, "status": "landline", "text": sentence})


def mark_landline(session: Session, lead_id: UUID) -> None:
    """A receipt that came after all says that the number is a landline."""
    session.execute(_MARK_LANDLINE, {"lead_id": lead_id})


def hold(session: Session, lead_id: UUID, reason: str) -> None:
    """The lead waits for a switch or an operator."""
    _set(session, lead_id, LeadStatus.HELD, reason, ("held", f"Held: {reason}."))


def drop(session: Session, lead_id: UUID, reason: str) -> None:
    """The lead is decided against for good; a text that has not left is canceled."""
    session.execute(
        text("""
            UPDATE deliveries SET status = 'canceled', reason = :reason, final_at = now(),
                                  check_at = NULL
            WHERE lead_id = :lead_id AND status = 'ready'
        """),
        {"lead_id": lead_id, "reason": reason},
    )
    _set(session, lead_id, LeadStatus.DROPPED, reason, ("dropped", f"Dropped: {reason}."))


def needs_attention(session: Session, lead_id: UUID, reason: str) -> None:
    """A person has to decide; whoever waited in the queue on this lead's word leaves it."""
    session.execute(_LEAVE_QUEUE, {"lead_id": lead_id})
    sentence = f"Needs attention: {reason}."
    _set(session, lead_id, LeadStatus.NEEDS_ATTENTION, reason, ("needs_attention", sentence))


def suppressed(session: Session, lead_id: UUID, reason: str) -> None:
    """The number must not be texted; a text that has not left is canceled."""
    session.execute(
        text("""
            UPDATE deliveries SET status = 'suppressed', reason = :reason, final_at = now(),
                                  check_at = NULL
            WHERE lead_id = :lead_id AND status = 'ready'
        """),
        {"lead_id": lead_id, "reason": reason},
    )
    sentence = f"Not texted: {reason}."
    _set(session, lead_id, LeadStatus.SUPPRESSED, reason, ("suppressed", sentence))


def tell(session: Session, lead_id: UUID, kind: str, sentence: str) -> None:
    """Append to the lead's timeline without changing the lead."""
    session.execute(_TELL, {"lead_id": lead_id, "kind": kind, "text": sentence})


def _set(
    session: Session, lead_id: UUID, status: LeadStatus, reason: str, told: tuple[str, str]
) -> None:
    kind, sentence = told
    given = {"lead_id": lead_id, "status": status.value, "reason": reason}
    session.execute(_SET, given | {"kind": kind, "text": sentence})


_SET = text("""
    WITH ended AS (
      UPDATE leads
      SET status = :status, reason = :reason, lease_until = NULL,
          held_at = CASE WHEN :status = 'held' THEN now() ELSE held_at END
      WHERE id = :lead_id AND (status <> :status OR reason IS DISTINCT FROM :reason)
      RETURNING id, account_id, contact_id, request_id
    )
    INSERT INTO timeline (account_id, kind, text, lead_id, contact_id, request_id)
    SELECT account_id, :kind, :text, id, contact_id, request_id FROM ended
""")

_TELL = text("""
    INSERT INTO timeline (account_id, kind, text, lead_id, contact_id, request_id)
    SELECT account_id, :kind, :text, id, contact_id, request_id FROM leads WHERE id = :lead_id
""")

#: Made by migration 0012: the receipts' quick way joins by the same statement.
_JOIN = text("SELECT join_opt_in_queue_v1(:lead_id, :status, :text)")

_MARK_LANDLINE = text("""
    UPDATE contacts SET landline = true
    FROM leads WHERE leads.id = :lead_id AND contacts.id = leads.contact_id
""")

_LEAVE_QUEUE = text("""
    UPDATE contacts SET queued_at = NULL, queue_lead_id = NULL WHERE queue_lead_id = :lead_id
""")
