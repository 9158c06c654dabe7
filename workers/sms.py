"""One text: claim it, call Twilio, and have recorded what came of it (workers/recording.py).

The third of three files on the way of a lead. At most once: the claim is committed before the
call, and whatever is not certainly unsent is never sent again before evidence
(workers/reconcile.py looks for it). Two retry layers: tenacity for seconds, within the job;
the row's due time beyond that.
"""

import time
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from tenacity import (
    RetryCallState,
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

import logs
from failpoints import failpoint
from models import attempts, transaction
from models.claiming import claim_or_wait
from models.lead_steps import ClaimedLead
from models.obstacles import obstacle
from models.texting import Claim, begin
from workers import recording, restored, twilio
from workers.callbacks import status_callback
from workers.gate import has_news_of_twilio
from workers.twilio import Halted, MaybeSent, NotSent, Refused, TwilioText

#: Twilio's own limits of validity_period.
SHORTEST_VALIDITY, LONGEST_VALIDITY = 1, 36_000
#: So long after its claim a text may still be called for: well within the lease. A process
#: that was stopped meanwhile finds its claim given up, and the text perhaps sent by another.
CLAIM_SECONDS = 45.0


def text_lead(lead_id: UUID) -> None:
    """Send the compliance message of one lead, if it may go now.

    May be called any number of times and from anywhere: at most one call finds it ready.
    """
    if has_news_of_twilio():
        return  # a stop may wait in the spool: the sweeper rings again once it is drained
    if restored.keeps(lead_id):
        return
    asked = time.monotonic()
    mine = _claim(lead_id)
    if mine is not None:
        logs.request_id.set(mine.request_id)
        _send(mine, asked)


def text_new_lead(lead: ClaimedLead, body: str) -> bool:
    """Send a lead its compliance message at once, where nothing stands in the way of it.

    False: nothing is decided and nothing sent, the lead has to be looked at first.
    """
    if lead.from_number is None or has_news_of_twilio():
        return False
    asked = time.monotonic()
    mine = begin(lead, lead.from_number, body)
    if mine is None:
        return False
    _send(mine, asked)
    return True


def _send(mine: Claim, asked: float) -> None:
    """Call, and record what came of it. *asked* is when the claim was asked for."""
    failpoint("text_after_claim_before_call")
    try:
        answer = _create(mine, asked)
    except NotSent as error:
        with transaction() as session:
            attempts.not_sent(session, mine, str(error))
    except Refused as error:
        recording.refused(mine, error)
    except Halted as error:
        recording.halted(mine, error)
    except MaybeSent as error:
        with transaction() as session:
            attempts.unknown(session, mine, str(error))
    else:
        failpoint("text_answered_before_record")
        recording.accepted(mine, answer)
    failpoint("text_after_record")


def _claim(lead_id: UUID) -> Claim | None:
    """Commit the right to send this text once, or leave it where it has to wait."""
    try:
        with transaction() as session:
            return claim_or_wait(session, lead_id)
    except IntegrityError:  # another text to the number was faster: now it is seen
        with transaction() as session:
            return claim_or_wait(session, lead_id)


def _still_may(state: RetryCallState) -> None:
    """Look again before each call: a claim is worth a few seconds, and a stop may have come.

    Raises NotSent, which ends the tries: the text waits for its due time and is claimed anew.
    """
    mine, asked = state.args
    if time.monotonic() - asked > CLAIM_SECONDS:
        raise NotSent("too much time has passed since the claim")
    if mine.valid_until is not None and mine.valid_until <= datetime.now(UTC):
        raise NotSent("the hours in which the person may be texted are over")
    if state.attempt_number > 1 and _is_stopped(mine.lead_id):
        raise NotSent("it was stopped before Twilio could be reached")


def _is_stopped(lead_id: UUID) -> bool:
    if has_news_of_twilio():
        return True
    with transaction() as session:
        way = obstacle(session, lead_id)
    return way is None or way.suppressed or way.integration != "active"


@retry(
    before=_still_may,
    retry=retry_if_exception_type(NotSent),
    stop=stop_after_attempt(3),
    wait=wait_random_exponential(multiplier=0.2, max=2),
    reraise=True,
)
def _create(mine: Claim, _asked: float) -> TwilioText:
    """Ask Twilio, three times at most as long as it certainly has not taken the text.

    With the row's due time beyond that: 3 calls a claim, one claim a due time. No transaction
    is open here, and no connection held.
    """
    return twilio.create(
        to=mine.phone,
        from_number=mine.from_number,
        body=mine.body,
        status_callback=status_callback(mine.lead_id, mine.attempt),
        validity_seconds=_validity(mine.valid_until),
    )


def _validity(until: datetime | None) -> int | None:
    if until is None:
        return None
    left = int((until - datetime.now(UTC)).total_seconds())
    return max(SHORTEST_VALIDITY, min(LONGEST_VALIDITY, left))
