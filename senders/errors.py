"""Why a body did not become a lead, named after what its sender may do next.

Each carries a `code` (a slug) and a `detail`: one plain sentence for the person who set the
form up. Neither ever repeats what the sender sent.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field."""

    field: str
    code: str
    detail: str


class NotALead(Exception):
    """The body cannot be taken as a lead."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class Unreadable(NotALead):
    """The body is broken: the sender has to build it differently."""


class NotALeadFormat(NotALead):
    """The body is of a kind that no lead comes in: the sender has to pick another one."""


class TooLarge(NotALead):
    """The body has more bytes or fields than a lead needs."""


class Unusable(NotALead):
    """The body is readable, but a required field is missing or cannot be one."""

    def __init__(self, errors: tuple[FieldError, ...], code: str, detail: str = "") -> None:
        super().__init__(code, detail or " ".join(error.detail for error in errors))
        self.errors = errors

    @classmethod
    def because(cls, errors: tuple[FieldError, ...]) -> "Unusable":
        """Name the whole after its only cause, if there is but one."""
        causes = {error.field if error.field == "consent" else error.code for error in errors}
        return cls(errors, causes.pop() if len(causes) == 1 else "unusable")


class UnusableField(Exception):
    """One field cannot be used; the others may still be looked at."""

    def __init__(self, field: str, code: str, detail: str) -> None:
        super().__init__(code)
        self.error = FieldError(field, code, detail)
