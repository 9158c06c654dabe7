"""What goes into reading a body, and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from senders.errors import FieldError


@dataclass(frozen=True, slots=True)
class ParseSettings:
    """What an integration says about its leads."""

    default_region: str = "US"
    allowed_countries: frozenset[str] = frozenset({"US"})
    mapping: Mapping[str, str] | None = None  # field -> key, or path such as "data.answers.0"
    consent_required: bool = False


@dataclass(frozen=True, slots=True)
class ParsedLead:
    """One person's submission. No text in it holds a NUL or half a surrogate pair."""

    first_name: str
    last_name: str
    phone: str | None  # E.164; None only in test leads and unfinished forms
    email: str | None
    sender: str  # the format it came in: "typeform", "json", "form" ...
    sender_lead_id: str | None  # only where the sender means it to be one
    is_test: bool = False  # the sender's own sample: kept, never texted
    unfinished: bool = False  # the person has not pressed the button yet: never texted
    notes: tuple[str, ...] = ()  # what was decided on the way, in plain words
    extra: dict[str, object] = field(default_factory=dict)  # consent, page, place: all text


@dataclass(slots=True)
class Remarks:
    """What is said about a lead while it is read: errors for its sender, notes for us."""

    errors: list[FieldError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
