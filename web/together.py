"""Requests of one moment are run together: where they store their leads, one call does it.

Each request runs in a greenlet, so that the view stays the plain function that it is: it stops
inside `accept_lead`, and goes on when the call that it shares with the others has come back.
All of them are in one thread, which is what makes this cheap: no lock changes hands. Why it is
so, with figures: docs/decisions/0009-leads-together.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from greenlet import getcurrent, greenlet

from models import accept
from models.accept import AcceptError, Endpoint, Incoming, Known, Verdict
from models.accept_together import accept_leads
from models.budget import Unstorable
from models.incoming import Submission
from senders import ParsedLead

Work = Callable[[], None]


@dataclass(frozen=True)
class Asked:
    """What a request waits for: that this lead is stored."""

    endpoint: Endpoint
    version: int
    submission: Submission


#: None: ask alone.
Answer = Verdict | AcceptError | None


class Together(greenlet):
    """A request that is run beside others. It stops where it asks for something."""


def run_together(works: Sequence[Work]) -> None:
    """Run each work to its end. None of them may raise."""
    waiting = _those_that_wait((request, request.switch()) for request in map(Together, works))
    while waiting:
        waiting = _those_that_wait(
            (request, request.switch(answer)) for request, answer in _answered(waiting)
        )


def accept_lead(
    endpoint: Endpoint, known: Known, lead: ParsedLead, incoming: Incoming
) -> Verdict:
    """Do as models.accept.accept_lead does, together with those run beside this request."""
    here = getcurrent()
    if isinstance(here, Together) and here.parent is not None:
        submission = Submission.of(known.integration_id, known.version, lead, incoming)
        answer: Answer = here.parent.switch(Asked(endpoint, known.version, submission))
        if isinstance(answer, AcceptError):
            raise type(answer)(*answer.args) from answer
        if answer is not None:
            return answer
    return accept.accept_lead(endpoint, known, lead, incoming)


Waiting = list[tuple[Together, Asked]]


def _those_that_wait(stopped: Iterable[tuple[Together, Any]]) -> Waiting:
    """Leave out those that have come to their end."""
    return [(request, asked) for request, asked in stopped if asked is not None]


def _answered(waiting: Waiting) -> Iterator[tuple[Together, Answer]]:
    """Answer those of one URL by one call."""
    for _, group in groupby(sorted(waiting, key=_url), key=_url):
        requests, asked = zip(*group, strict=True)
        yield from zip(requests, _answers(asked), strict=True)


def _url(waiting: tuple[Together, Asked]) -> tuple[bytes, int]:
    return waiting[1].endpoint.token_hash, waiting[1].version


def _answers(asked: Sequence[Asked]) -> Sequence[Answer]:
    alone: Sequence[Answer] = [None] * len(asked)
    if len(asked) == 1:
        return alone
    first = asked[0]
    try:
        return accept_leads(first.endpoint, first.version, [each.submission for each in asked])
    except Unstorable:
        return alone
    except AcceptError as error:
        return [error] * len(asked)
