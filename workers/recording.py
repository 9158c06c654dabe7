"""What a create call was answered, brought to the text, its lead and the line behind it."""

import logging

import config
from models import Circuit, Receipt, attempts, transaction
from models.circuits import ACCOUNT, number_scope
from models.outcomes import land, needs_attention, suppressed
from models.suppressions import lock_suppressions, suppress
from models.texting import Claim
from workers.reasons import LANDLINE_AT_SEND, SUPPRESSING, by_the_carrier, in_plain_words
from workers.receipts import apply_receipts
from workers.twilio import Halted, Refused, TwilioText

logger = logging.getLogger(__name__)


def accepted(mine: Claim, answer: TwilioText) -> None:
    if attempts.accepted(mine, answer.sid):
        return
    with transaction() as session:
        known = attempts.sid_of(session, mine.lead_id)
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


def refused(mine: Claim, error: Refused) -> None:
    """What Twilio's refusal means for lead, queue and suppression (compliance.md)."""
    reason = in_plain_words(error.code)
    with transaction() as session:
        if error.code in SUPPRESSING:
            because = by_the_carrier(error.code, mine.request_id)
            suppress(session, mine.account_id, mine.phone, because)
            if attempts.refused(session, mine, "refused", error.code, str(error)):
                suppressed(session, mine.lead_id, reason)
            return
        lock_suppressions(session, mine.account_id, exclusive=False)
        if error.code == LANDLINE_AT_SEND:
            if attempts.refused(session, mine, "landline", error.code, str(error)):
                land(session, mine.lead_id, "Landline: call, do not text.")
        elif attempts.refused(session, mine, "refused", error.code, str(error)):
            needs_attention(session, mine.lead_id, reason)


def halted(mine: Claim, error: Halted) -> None:
    scope = ACCOUNT if error.whole_account else number_scope(mine.from_number)
    reason = f"Twilio takes no texts from us at the moment ({error.code})"
    logger.error(
        "circuit open for %s: %s",
        "the account" if error.whole_account else "a number",
        error.code,
    )
    with transaction() as session:
        attempts.halted(session, mine, error.code, reason)
        Circuit.open(session, scope, error.code, reason, config.CIRCUIT_PROBE_SECONDS)
