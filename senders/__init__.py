"""What form tools put on the wire, as pure functions: bytes in, a lead or errors out.

    senders.parse(body, content_type, settings) -> ParsedLead

`senders.phone`, `senders.compliance` and `senders.optout` stand beside it. Nothing here
reads a file, a socket, a clock or the environment.
"""

from senders.errors import (
    FieldError,
    NotALead,
    NotALeadFormat,
    TooLarge,
    Unreadable,
    Unusable,
    UnusableField,
)
from senders.intake import parse
from senders.lead import ParsedLead, ParseSettings

__all__ = [
    "parse",
    "ParseSettings",
    "ParsedLead",
    "NotALead",
    "Unreadable",
    "NotALeadFormat",
    "TooLarge",
    "Unusable",
    "UnusableField",
    "FieldError",
]
