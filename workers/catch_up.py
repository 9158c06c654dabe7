"""After an outage: texts that people sent while we could not be reached.

Twilio calls us once for an inbound text. So its list is compared with what we have, from a
little before the last text we know of; storing a text twice changes nothing.
"""

import logging
from datetime import timedelta

from sqlalchemy import Connection, text

from models import transaction
from models.hearing import InboundText, hear
from senders.optout import classify
from workers import twilio
from workers.inbound import follow_text
from workers.ring import ring
from workers.twilio import TwilioUnavailable

logger = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=10)


def inbound_texts(connection: Connection) -> int:
    """Store the inbound texts that Twilio has and we have not; return how many."""
    found = 0
    for number, since in connection.execute(_NUMBERS).all():
        try:
            listed = twilio.list_inbound(number, since - OVERLAP)
        except TwilioUnavailable as error:
            logger.warning("inbound texts cannot be listed: %s", error)
            return found
        for inbound, phone in listed:
            found += _store(
                InboundText(
                    sid=inbound.sid or "",
                    phone=phone,
                    our_number=number,
                    body=inbound.body or "",
                    reading=classify(inbound.body or ""),
                    raw={"listed": "Twilio's own record"},
                    request_id=None,
                )
            )
    return found


def _store(inbound: InboundText) -> int:
    with transaction() as session:
        heard = hear(session, inbound)
    ring([follow_text.message(str(text_id)) for text_id in heard.new_texts])
    return len(heard.new_texts)


#: Only numbers that have texted somebody: nobody answers to another one.
_NUMBERS = text("""
    SELECT n.number, coalesce(
      (SELECT max(t.at) FROM texts t WHERE t.our_number = n.number AND t.direction = 'in'),
      min(n.created_at))
    FROM phone_numbers n
    WHERE n.status = 'approved' AND n.deleted_at IS NULL
    GROUP BY n.number
""")
