"""What people text back, after web/twilio.py has stored it.

A stop has been honored by then: its suppression was committed with the text. START and UNSTOP
are followed here; HELP is answered by Twilio; everything else is conversation.
"""

from datetime import datetime
from uuid import UUID

import dramatiq
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Suppression, SuppressionKind, Text, transaction
from models.suppressions import lift
from models.timeline import Actor
from senders.optout import Intent
from workers.broker import PRIORITY_RECEIPTS
from workers.reasons import UNSUBSCRIBED

THE_PERSON = Actor(name="the person")


@dramatiq.actor(queue_name="receipts", priority=PRIORITY_RECEIPTS)
def follow_text(text_id: str) -> None:
    """Do what a text asked for, where its sender is not told at once."""
    with transaction() as session:
        text = session.get(Text, UUID(text_id))
        if text is None or text.reading != Intent.START.value:
            return
        for suppression in _liftable(session, text.account_id, text.phone, text.at):
            lift(session, suppression, THE_PERSON, "texted START")


def _liftable(
    session: Session, account_id: UUID, phone: str, asked_at: datetime
) -> list[Suppression]:
    """Return what START may lift: the person's own stop, and the carrier's word of it.

    Only what stood when START came: a later STOP is not undone by a job that runs late.
    """
    query = select(Suppression).where(
        Suppression.account_id == account_id,
        Suppression.phone == phone,
        Suppression.lifted_at.is_(None),
        Suppression.created_at <= asked_at,
        (Suppression.kind == SuppressionKind.OPTED_OUT)
        | (
            (Suppression.kind == SuppressionKind.CARRIER)
            & (Suppression.error_code == UNSUBSCRIBED)
        ),
    )
    return list(session.scalars(query))
