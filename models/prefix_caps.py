"""So many texts an hour to numbers that begin alike: a cap against toll fraud.

Fraud rings pump texts into ranges of numbers that earn them money, far from the business.
Texts to numbers outside the integration's default region carry their prefix; each attempt of
the last hour that may have left counts for its account. Over the cap the lead is held until an
operator decides: an hour that is over says nothing about who is texted.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

import config
from models.outcomes import hold, tell

#: Why such a lead is held.
PREFIX_CAP = "prefix cap"

#: SQL, true where one more text may go to the prefix of delivery *d* under the cap of :cap. The
#: index ix_attempts_prefix serves it. What certainly was not sent does not count.
LEAVES_ROOM = """(d.prefix IS NULL OR CAST(:cap AS integer) = 0 OR (
          SELECT count(*) FROM attempts a JOIN deliveries c ON c.lead_id = a.lead_id
          WHERE a.prefix = d.prefix AND a.started_at > now() - interval '1 hour'
            AND (a.outcome IS NULL OR a.outcome NOT IN ('not sent', 'halted'))
            AND c.account_id = d.account_id) < CAST(:cap AS integer))"""


def lock_prefix(session: Session, account_id: UUID, prefix: str) -> None:
    """Let no other claim count the texts to this prefix until the transaction ends.

    A statement of its own, so that what follows sees what the one before has committed. The
    caller has the suppression lock already: everybody takes the two in this order.
    """
    session.execute(_LOCK, {"name": f"prefix {account_id} {prefix}"})


def hold_at_cap(session: Session, lead_id: UUID, prefix: str | None) -> None:
    """Hold a lead whose text would be one too many, and say so on its timeline."""
    hold(session, lead_id, PREFIX_CAP)
    sentence = (
        f"{config.PREFIX_CAP_HOURLY} texts went to numbers that begin with {prefix} within an"
        " hour: an operator lets this one go or discards it."
    )
    tell(session, lead_id, "prefix_cap", sentence)


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
