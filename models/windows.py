"""Quiet hours in the way of a text: until when it may go, or when its time comes.

Asked where the text is claimed, for an integration that defers. What was found holds until
the window's end: a text that came due but was not sent by then is looked at anew, so that a
worker that was away never texts outside the window.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.leads import Lead
from models.outcomes import hold, tell
from senders.places import Evidence
from senders.quiet_hours import NoSharedHour, Window, window

#: A call to Twilio may take half of this, and Twilio's own clock runs from its end.
LAST_CALL = timedelta(seconds=30)
#: Whoever waits for the same morning does not text in the same second.
JITTER_SECONDS = 60
#: Why a lead is held that may be texted at no time.
NO_SHARED_HOUR = "no hour is permitted at every place the person may be"


def keep_to_window(session: Session, lead_id: UUID) -> bool:
    """Note until when a ready text may go. False if not now: it is put off, and says why."""
    row = session.execute(_EVIDENCE, {"lead_id": lead_id}).one()
    evidence = Evidence.of(row.phone, row.extra)
    try:
        found = window(row.now, evidence)
        if found.closes_at - LAST_CALL <= row.now:  # nearly over: the next one
            found = window(found.closes_at, evidence)
    except NoSharedHour:
        hold(session, lead_id, NO_SHARED_HOUR)
        return False
    if found.opens_at > row.now:
        _put_off(session, lead_id, found)
        return False
    given = {"lead_id": lead_id, "until": found.closes_at - LAST_CALL}
    session.execute(_MAY_GO, given)
    tell(session, lead_id, "in_window", f"May be texted now: {found.rule}.")
    return True


def has_no_hour(lead: Lead) -> bool:
    """Say whether a lead was held for want of a permitted hour, and there is still none."""
    if lead.reason != NO_SHARED_HOUR or lead.phone is None:
        return False
    try:
        window(datetime.now(UTC), Evidence.of(lead.phone, lead.extra))
    except NoSharedHour:
        return True
    return False


def _put_off(session: Session, lead_id: UUID, found: Window) -> None:
    reason = f"quiet hours: {found.rule}; due {found.opens_at:%H:%M %Z}"
    given = {
        "lead_id": lead_id,
        "opens": found.opens_at,
        "jitter": JITTER_SECONDS,
        "until": found.closes_at - LAST_CALL,
        "reason": reason,
    }
    session.execute(_PUT_OFF, given)
    tell(session, lead_id, "deferred", f"Deferred: {reason}.")


_EVIDENCE = text("SELECT phone, extra, now() AS now FROM leads WHERE id = :lead_id")

_MAY_GO = text("""
    UPDATE deliveries SET valid_until = :until WHERE lead_id = :lead_id AND status = 'ready'
""")

_PUT_OFF = text("""
    WITH step AS (
      UPDATE deliveries
      SET due_at = CAST(:opens AS timestamptz) + make_interval(secs => random() * :jitter),
          valid_until = :until, reason = :reason
      WHERE lead_id = :lead_id AND status = 'ready' RETURNING lead_id
    )
    UPDATE leads SET reason = :reason WHERE id = (SELECT lead_id FROM step)
""")
