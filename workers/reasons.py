"""What Twilio's codes mean for one text, in the words an operator reads (compliance.md)."""

from models.suppressions import Because, SuppressionKind

UNSUBSCRIBED = 21610
BLOCKED = 30004
#: These say that the number must not be texted at all: it goes onto the carrier's list.
SUPPRESSING = frozenset({UNSUBSCRIBED, BLOCKED})

LANDLINE_AT_SEND = 21614

_NOT_WORKING = "not a working number"
_PLAIN = {
    21211: _NOT_WORKING,
    21217: _NOT_WORKING,
    21401: _NOT_WORKING,
    21421: _NOT_WORKING,
    21610: "the person unsubscribed at the carrier",
    21617: "the text is too long",
    30001: "the carrier's queue was full",
    30003: "the phone could not be reached",
    30004: "the carrier blocks texts to this number",
    30005: _NOT_WORKING,
    30006: "landline, or a carrier that cannot be reached",
    30007: "the carrier filtered the text",
    30008: "the carrier gave no reason",
}


def by_the_carrier(code: int, request_id: str | None) -> Because:
    """Why a number goes onto the carrier's list, for one of the SUPPRESSING codes."""
    return Because(
        SuppressionKind.CARRIER,
        in_plain_words(code),
        f"Twilio {code}",
        error_code=code,
        request_id=request_id,
    )


def in_plain_words(code: int | None) -> str:
    """Return the reason for a code, and the code itself behind it."""
    if code is None:
        return "the carrier gave no reason"
    return f"{_PLAIN.get(code, 'the text was refused')} ({code})"
