"""Every answer, by its code: which are allowed (api.md), and which have no business there."""

from collections import Counter
from dataclasses import dataclass, field

from faults.checker.findings import MOST_KEPT, Violation
from faults.history import OK, Entry

#: POST /hooks/<token>, api.md 1.
OF_A_SENDER = frozenset(
    {200, 202, 400, 401, 404, 405, 408, 410, 411, 413, 414, 415, 417, 422, 423, 429, 431, 501}
    | {503}
)
#: A sound lead to a URL that exists meets these alone.
OF_A_SOUND_LEAD = frozenset({200, 202, 408, 410, 423, 429, 503})
#: The management API, api.md 3 and 5.
OF_AN_OPERATOR = frozenset({200, 201, 202, 204, 401, 403, 404, 405, 409, 415, 422, 429, 503})
#: Twilio's inbound text: 200 with TwiML; while nothing durable is reachable, 503.
OF_A_TEXT = frozenset({200, 503})
TRY_LATER = frozenset({423, 429, 503})
FROM_HERE_ON_NO_SUCCESS = 300


@dataclass
class Answers:
    """`counts`: by what was asked and how it was answered, a status or an error's name."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    bad: list[Violation] = field(default_factory=list)
    bad_count: int = 0

    def began(self, _entry: Entry) -> None:
        """Only answers count here."""

    def ended(self, begun: Entry, entry: Entry) -> None:
        status = entry.value.get("status")
        if status is None:
            self.counts[begun.f, str(entry.value.get("error", "no end"))] += 1
            return
        self.counts[begun.f, str(status)] += 1
        for why in (_code(begun, status), _form(begun, entry)):
            if why is not None:
                self._bad(Violation(why, (entry.op,), begun.value.get("phone")))

    def _bad(self, violation: Violation) -> None:
        self.bad_count += 1
        if len(self.bad) < MOST_KEPT:
            self.bad.append(violation)


def _code(begun: Entry, status: int) -> str | None:
    """Say what is wrong with the status."""
    if begun.f in {"stop", "start"}:
        allowed = OF_A_TEXT
    elif begun.f != "post":
        allowed = OF_AN_OPERATOR
    elif expected := begun.value.get("expects"):
        allowed = OF_A_SOUND_LEAD - {200, 202} | {expected}
    else:
        allowed = OF_A_SOUND_LEAD
    if status in allowed:
        return None
    known = begun.f == "post" and status in OF_A_SENDER
    return f"{begun.f} answered {status}" + (", which does not fit what was sent" * known)


def _form(begun: Entry, entry: Entry) -> str | None:
    """Say what is wrong with the form of an answer that refuses."""
    value = entry.value
    if value.get("trace"):
        return f"{begun.f} answered with a stack trace"
    if entry.type == OK or begun.f in {"stop", "start"}:
        return None
    if value["status"] >= FROM_HERE_ON_NO_SUCCESS and not value.get("problem"):
        return f"{begun.f} answered {value['status']} without a code"
    if value["status"] in TRY_LATER and begun.f == "post" and not value.get("retry_after"):
        return f"{begun.f} answered {value['status']} without Retry-After"
    return None
