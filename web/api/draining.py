"""Wait until no text to a suppressed number can be at the carrier any more.

The suppression is committed first: from then on no text can be claimed. One that was claimed
before is waited for, by polling, with no database connection in hand meanwhile.
"""

import threading
import time
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from failpoints import failpoint
from models.db import transaction
from models.deliveries import Delivery
from models.suppressions import Suppression
from web.api.auth import Call
from web.api.replies import Reply
from web.api.suppression_shapes import added_shape

WAIT_SECONDS = 20.0
POLL_SECONDS = 0.1

#: A waiter holds one of the web process' threads: the rest of them has to serve leads.
MOST_WAITERS = 4

_waiters = threading.BoundedSemaphore(MOST_WAITERS)


def drained(call: Call, suppression: Suppression, status: int) -> Reply:
    """Answer *status* once nothing is under way, else 202 that names what is."""
    reply = _look(call.session, suppression, status)
    if reply.status == status:
        return reply
    return Reply(reply.shape, 202, after_commit=lambda: _wait(suppression.id, status))


def _wait(suppression_id: UUID, status: int) -> Reply | None:
    """Poll until it is settled or the time is over. None: the first answer stands."""
    failpoint("suppress_after_commit_before_drain")
    if not _waiters.acquire(blocking=False):
        return None
    try:
        return _poll(suppression_id, status)
    except OperationalError:
        return None  # the suppression stands, and what was under way then may still be
    finally:
        _waiters.release()


def _poll(suppression_id: UUID, status: int) -> Reply:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        with transaction() as session:
            reply = _look(session, session.get_one(Suppression, suppression_id), status)
        if reply.status == status or time.monotonic() >= deadline:
            failpoint("suppress_after_drain_before_answer")
            return reply
        time.sleep(POLL_SECONDS)


def _look(session: Session, suppression: Suppression, status: int) -> Reply:
    under_way = Delivery.in_flight(session, suppression.account_id, suppression.phone)
    if not under_way and suppression.settled_at is None:
        suppression.settled_at = session.scalar(select(func.now()))
        session.flush()
    return Reply(added_shape(suppression, under_way), 202 if under_way else status)
