"""What people text back, after web/twilio.py has stored it.

A stop has been honored by then: its suppression was committed with the text. START and UNSTOP
are followed here; HELP is answered by Twilio; everything else is conversation.
"""

from uuid import UUID

import dramatiq
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from failpoints import failpoint
from models import Suppression, SuppressionKind, Text, transaction
from models.hearing import INBOUND
from models.suppressions import lift, lock_suppressions
from models.timeline import Actor
from senders.optout import Intent
from workers.broker import PRIORITY_RECEIPTS
from workers.reasons import UNSUBSCRIBED

THE_PERSON = Actor(name="the person")


@dramatiq.actor(queue_name="receipts", priority=PRIORITY_RECEIPTS)
def follow_text(text_id: str) -> None:
    """Do what a text asked for, where its sender is not told at once. May run late, and twice.

    The lock comes before anything is compared: a stop that is being stored is either seen here,
    or finds the suppression lifted and makes a new one.
    """
    failpoint("inbound_before_job")
    with transaction() as session:
        asked = session.get(Text, UUID(text_id))
        if asked is None or asked.reading != Intent.START.value:
            return
        lock_suppressions(session, asked.account_id, exclusive=True)
        session.refresh(asked)  # it may have been dated back: workers/catch_up.py
        if _said_stop_since(session, asked):
            return
        for suppression in _liftable(session, asked):
            lift(session, suppression, THE_PERSON, "texted START")
        failpoint("inbound_in_job_before_commit")


def _said_stop_since(session: Session, asked: Text) -> bool:
    """Say whether a stop is the later word: the suppression may be the first stop's still."""
    later = exists().where(
        Text.account_id == asked.account_id,
        Text.phone == asked.phone,
        Text.reading.in_(_STOPS),
        Text.at >= asked.at,  # of two in one second the stop counts
    )
    return session.scalar(select(later)) is True


def _liftable(session: Session, asked: Text) -> list[Suppression]:
    """Return what START may lift: the person's own stop, and the carrier's word of it.

    Only what stood when START came, or is that person's word: texts may be heard late, and
    not in their order.
    """
    query = select(Suppression).where(
        Suppression.account_id == asked.account_id,
        Suppression.phone == asked.phone,
        Suppression.lifted_at.is_(None),
        (Suppression.created_at <= asked.at) | (Suppression.source == INBOUND),
        (Suppression.kind == SuppressionKind.OPTED_OUT)
        | (
            (Suppression.kind == SuppressionKind.CARRIER)
            & (Suppression.error_code == UNSUBSCRIBED)
        ),
    )
    return list(session.scalars(query))


_STOPS = (Intent.STOP_WORD.value, Intent.STOP_FREE_TEXT.value)
