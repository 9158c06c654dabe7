"""Whether a text may go now: the right to send it once, or what becomes of it instead.

In the caller's transaction, which is committed before Twilio is called.
"""

from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

import config
from models.deliveries import Delivery
from models.lead_steps import switch_now
from models.obstacles import Obstacle, may_probe, obstacle, postpone
from models.outcomes import NO_NUMBER, drop, hold, land, suppressed
from models.prefix_caps import hold_at_cap
from models.texting import Claim, claim
from models.windows import keep_to_window

#: How long a text waits while another one to the same number is under way.
IN_FLIGHT_SECONDS = 3.0


def claim_or_wait(session: Session, lead_id: UUID) -> Claim | None:
    """Take the right to send this text, or leave it where it has to wait, or end it."""
    delivery = session.get(Delivery, lead_id)
    if delivery is None:
        return None
    ask = partial(claim, session, lead_id, delivery.account_id, prefix=delivery.prefix)
    mine = ask(probe=False)
    way = None if mine else obstacle(session, lead_id)
    if way is None or not way.is_waiting:
        return mine  # if none: another job has it, or its time has not come
    if way.is_window_first:
        return ask(probe=False) if keep_to_window(session, lead_id) else None
    if way.from_number and way.is_circuit_alone and may_probe(session, way.from_number):
        return ask(probe=True)
    _wait_or_end(session, delivery, way)
    return None


def _wait_or_end(session: Session, delivery: Delivery, way: Obstacle) -> None:
    lead_id = delivery.lead_id
    if way.suppressed:
        suppressed(session, lead_id, "the number was suppressed before the text left")
    elif way.integration == "deleted":
        drop(session, lead_id, "integration deleted")
    elif way.integration == "paused":
        if switch_now(session, delivery.integration_id) == "paused":  # still
            hold(session, lead_id, "the integration was paused before the text left")
    elif way.landline:
        land(session, lead_id, "Landline: call, do not text.")
    elif way.from_number is None:
        hold(session, lead_id, NO_NUMBER)
    else:
        _wait(session, delivery, way)


def _wait(session: Session, delivery: Delivery, way: Obstacle) -> None:
    lead_id = delivery.lead_id
    if way.another_in_flight:
        postpone(
            session, lead_id, IN_FLIGHT_SECONDS, "another text to this number is on its way"
        )
    elif way.prefix_full:
        hold_at_cap(session, lead_id, delivery.prefix)
    elif way.circuit_reason:
        postpone(session, lead_id, config.CIRCUIT_PROBE_SECONDS, way.circuit_reason)
