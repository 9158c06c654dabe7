"""What becomes of a text, decided by the last four digits of the number it goes to.

Anyone can try a fate by hand: text a number that ends in 0003 and a landline's receipt comes.
"""

from dataclasses import dataclass

SENT = "sent"
DELIVERED = "delivered"
UNDELIVERED = "undelivered"


@dataclass(frozen=True)
class Refusal:
    """Why the create call is answered with an error instead of a text."""

    code: int
    message: str
    status: int = 400


@dataclass(frozen=True)
class Fate:
    """How a text ends: by a refusal at once, or by the statuses it goes through."""

    refusal: Refusal | None = None
    statuses: tuple[str, ...] = (SENT, DELIVERED)
    error_code: int | None = None
    answer_after: float = 0.0  # seconds the create call takes
    line_type: str = "mobile"  # what a look-up says


ORDINARY = Fate()
FATES = {
    "0001": Fate(Refusal(21211, "Invalid 'To' Phone Number: {to}")),
    "0002": Fate(Refusal(21614, "'To' number is not a valid mobile number: {to}")),
    "0003": Fate(statuses=(SENT, UNDELIVERED), error_code=30006),
    "0004": Fate(Refusal(21610, "Attempt to send to unsubscribed recipient")),
    "0005": Fate(statuses=(SENT, UNDELIVERED), error_code=30003),
    "0006": Fate(statuses=(SENT, UNDELIVERED), error_code=30007),
    "0007": Fate(statuses=(SENT,)),
    "0008": Fate(answer_after=10.0),
    "0009": Fate(line_type="landline"),
}
ERROR_MESSAGES = {
    30003: "Unreachable destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
}


def fate_of(number: str) -> Fate:
    """Look the fate of a number up by its last four digits."""
    return FATES.get(number[-4:], ORDINARY)
