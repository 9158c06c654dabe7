"""One text: claim it, call Twilio, record what came of it.

The third of three files on the way of a lead. At most once: the claim is committed before the
call, and whatever is not certainly unsent is never sent again before evidence
(workers/reconcile.py looks for it). Two retry layers: tenacity for seconds, within the job;
the row's due time beyond that.
"""

import logging
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

import config
import logs
from failpoints import failpoint
from models import Circuit, Receipt, transaction
from models.attempts import accepted, halted, not_sent, refused, sid_of, unknown
from models.circuits import ACCOUNT, number_scope
from models.claiming import claim_or_wait
from models.lead_steps import ClaimedLead
from models.outcomes import land, needs_attention, suppressed
from models.suppressions import Because, SuppressionKind, lock_suppressions, suppress
from models.texting import Claim, begin
from workers import restored, twilio
from workers.callbacks import status_callback
from workers.gate import has_news_of_twilio
from workers.reasons import LANDLINE_AT_SEND, SUPPRESSING, in_plain_words
from workers.receipts import apply_receipts
from workers.twilio import Halted, MaybeSent, NotSent, Refused, TwilioText

logger = logging.getLogger(__name__)

#: Twilio's own limits of validity_period.
SHORTEST_VALIDITY, LONGEST_VALIDITY = 1, 36_000


def text_lead(lead_id: UUID) -> None:
    """Send the compliance message of one lead, if it may go now.

    May be called any number of times and from anywhere: at most one call finds it ready.
    """
    if has_news_of_twilio():
        return  # a stop may wait in the spool: the sweeper rings again once it is drained
    if restored.keeps(lead_id):
        return
    mine = _claim(lead_id)
    if mine is not None:
        logs.request_id.set(mine.request_id)
        _send(mine)


def text_new_lead(lead: ClaimedLead, body: str) -> bool:
    """Send a lead its compliance message at once, where nothing stands in the way of it.

    False: nothing is decided and nothing sent, the lead has to be looked at first.
    """
    if lead.from_number is None or has_news_of_twilio():
        return False
    mine = begin(lead, lead.from_number, body)
    if mine is None:
        return False
    _send(mine)
    return True


def _send(mine: Claim) -> None:
    failpoint("text_after_claim_before_call")
    try:
        answer = _create(mine)
    except NotSent as error:
        with transaction() as session:
            not_sent(session, mine, str(error))
    except Refused as error:
        _record_refused(mine, error)
    except Halted as error:
        _record_halted(mine, error)
    except MaybeSent as error:
        with transaction() as session:
            unknown(session, mine, str(error))
    else:
        failpoint("text_answered_before_record")
        _record_accepted(mine, answer)
    failpoint("text_after_record")


def _claim(lead_id: UUID) -> Claim | None:
    """Commit the right to send this text once, or leave it where it has to wait."""
    try:
        with transaction() as session:
            return claim_or_wait(session, lead_id)
    except IntegrityError:  # another text to the number was faster: now it is seen
        with transaction() as session:
            return claim_or_wait(session, lead_id)


@retry(
    retry=retry_if_exception_type(NotSent),
    stop=stop_after_attempt(3),
    wait=wait_random_exponential(multiplier=0.2, max=2),
    reraise=True,
)
def _create(mine: Claim) -> TwilioText:
    """Ask Twilio, three times at most as long as it certainly has not taken the text.

    With the row's due time beyond that: 3 calls a claim, one claim a due time. No transaction
    is open here, and no connection held.
    """
    if mine.valid_until is not None and mine.valid_until <= datetime.now(UTC):
        raise NotSent("the hours in which the person may be texted are over")
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


def _record_accepted(mine: Claim, answer: TwilioText) -> None:
    if accepted(mine, answer.sid):
        return
    with transaction() as session:
        known = sid_of(session, mine.lead_id)
        if answer.sid is None or answer.sid == known:
            return  # a receipt was faster
        # Given up as unsent, wrongly, or a second text: evidence goes the way of receipts.
        session.add(
            Receipt(
                lead_id=mine.lead_id,
                attempt=mine.attempt,
                sid=answer.sid,
                status=answer.status,
                raw={"answered": "late"},
            )
        )
    apply_receipts(str(mine.lead_id))


def _record_refused(mine: Claim, error: Refused) -> None:
    """What Twilio's refusal means for lead, queue and suppression (compliance.md)."""
    reason = in_plain_words(error.code)
    with transaction() as session:
        if error.code in SUPPRESSING:
            because = Because(
                SuppressionKind.CARRIER,
                reason,
                f"Twilio {error.code}",
                error_code=error.code,
                request_id=mine.request_id,
            )
            suppress(session, mine.account_id, mine.phone, because)
            if refused(session, mine, "refused", error.code, str(error)):
                suppressed(session, mine.lead_id, reason)
            return
        lock_suppressions(session, mine.account_id, exclusive=False)
        if error.code == LANDLINE_AT_SEND:
            if refused(session, mine, "landline", error.code, str(error)):
                land(session, mine.lead_id, "Landline: call, do not text.")
        elif refused(session, mine, "refused", error.code, str(error)):
            needs_attention(session, mine.lead_id, reason)


def _record_halted(mine: Claim, error: Halted) -> None:
    scope = ACCOUNT if error.whole_account else number_scope(mine.from_number)
    reason = f"Twilio takes no texts from us at the moment ({error.code})"
    logger.error(
        "circuit open for %s: %s",
        "the account" if error.whole_account else "a number",
        error.code,
    )
    with transaction() as session:
        halted(session, mine, error.code, reason)
        Circuit.open(session, scope, error.code, reason, config.CIRCUIT_PROBE_SECONDS)
