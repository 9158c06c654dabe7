"""What Twilio objects to before it accepts a text, in its own codes."""

import re

from simulator.fates import Fate, Refusal
from simulator.settings import is_web_url

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
LONGEST_BODY = 1600
LONGEST_VALIDITY = 36_000

NO_SENDER = "A 'From' phone number or a Messaging Service is required."
TOO_LONG = f"The concatenated message body exceeds the {LONGEST_BODY} character limit"


def refusal_of(fields: dict[str, str], fate: Fate) -> Refusal | None:
    """Find the first objection: to how the call is made, then by the number's fate."""
    to = fields.get("To", "")
    for code, message in (*_of_numbers(fields, to), *_of_the_rest(fields)):
        if message:
            return Refusal(code, message)
    if fate.refusal:
        return Refusal(fate.refusal.code, fate.refusal.message.format(to=to))
    return None


def is_number(raw: str) -> bool:
    """Say whether this is written as a phone number in E.164."""
    return bool(E164.fullmatch(raw))


def _of_numbers(fields: dict[str, str], to: str) -> tuple[tuple[int, str], ...]:
    sender = fields.get("From", "")
    has_sender = sender or fields.get("MessagingServiceSid")
    return (
        (21604, "" if to else "A 'To' phone number is required."),
        (21211, "" if is_number(to) else f"Invalid 'To' Phone Number: {to}"),
        (21603, "" if has_sender else NO_SENDER),
        (21212, f"Invalid From Number: {sender}" if sender and not is_number(sender) else ""),
        (21266, "'To' and 'From' number cannot be the same" if sender == to else ""),
    )


def _of_the_rest(fields: dict[str, str]) -> tuple[tuple[int, str], ...]:
    body, validity = fields.get("Body", ""), fields.get("ValidityPeriod", "1")
    callback = fields.get("StatusCallback", "")
    is_callable = not callback or is_web_url(callback)
    is_validity = validity.isdecimal() and 1 <= int(validity) <= LONGEST_VALIDITY
    return (
        (21602, "" if body else "Message body is required."),
        (21617, TOO_LONG if len(body) > LONGEST_BODY else ""),
        (21609, "" if is_callable else f"Invalid 'StatusCallback' URL: {callback}"),
        (20001, "" if is_validity else f"Invalid ValidityPeriod: {validity}"),
    )
