"""Our own numbers as Twilio has them: where does it send the texts that people send us?"""

from workers.twilio import NO_ANSWER, TwilioUnavailable, client

#: Somebody waits for the page on which it is shown.
SECONDS = 3.0


def inbound_url(number: str) -> str | None:
    """Return the address that Twilio calls for texts to *number*; None: it is not Twilio's.

    At most 3 s; never within a transaction. Raises TwilioUnavailable.
    """
    try:
        listed = client(SECONDS).incoming_phone_numbers.list(phone_number=number, limit=1)
        return str(listed[0].sms_url or "") if listed else None
    except NO_ANSWER as error:
        raise TwilioUnavailable(type(error).__name__) from error
