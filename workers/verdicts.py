"""What Twilio's answers to a create call mean, named after what the caller may do next.

The table is compliance.md's: by the code where there is one. What is not listed is the safe
side: Twilio may have the text.
"""


class NotSent(Exception):
    """Twilio certainly does not have the text: it may be sent again."""


class Refused(Exception):
    """Twilio said no to this text, for good."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Halted(Exception):
    """Twilio refuses us, not this text: all texts of the account or the number have to wait."""

    def __init__(self, code: int, message: str, *, whole_account: bool) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.whole_account = whole_account


class MaybeSent(Exception):
    """Twilio may have the text: never send it again before evidence."""


def halts(code: int | None) -> "bool | None":
    """Say whom a code speaks of: True the whole account, False a number, None just the text."""
    if code in _ACCOUNT_CODES:
        return True
    return False if code in _NUMBER_CODES else None


Verdict = NotSent | Refused | Halted | MaybeSent

#: Account-level codes (compliance.md): the circuit opens, and the leads wait.
_ACCOUNT_CODES = frozenset({401, 20003, 20005, 20404, 21408, 30002})
_NUMBER_CODES = frozenset({21212, 21603, 21606, 21659, 21660, 21661, 30034})
_LATER_CODES = frozenset({429, 20429, 30001})
_TOO_MANY = 429
_UNAUTHORIZED = 401


def meaning(status: int, code: int, message: str) -> Verdict:
    """Say what an answer without success means. *code* is the status where Twilio gave none."""
    if status == _TOO_MANY or (code in _LATER_CODES and _is_refusal(status)):
        return NotSent(f"Twilio asked to wait ({code})")
    if status == _UNAUTHORIZED or (code in _ACCOUNT_CODES and _is_refusal(status)):
        return Halted(code, message, whole_account=True)
    if code in _NUMBER_CODES and _is_refusal(status):
        return Halted(code, message, whole_account=False)
    if _is_refusal(status) and code != status:  # a 4xx with a code of Twilio's
        return Refused(code, message)
    return MaybeSent(f"HTTP {status}")


def is_success(status: int) -> bool:
    return 200 <= status < 300  # noqa: PLR2004  (HTTP's)


def _is_refusal(status: int) -> bool:
    return 400 <= status < 500  # noqa: PLR2004  (HTTP's)
