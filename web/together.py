"""Requests of one moment are run together: one call stores what all of them bring.

Each runs in a greenlet, so that the view stays the plain function that it is: it stops inside
`accept_lead` or `store_receipt`, and goes on when the call that it shares with the others has
come back. All of them are in one thread, which is what makes this cheap: no lock changes hands.
Why it is so, with figures: docs/decisions/0009-leads-together.md.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from greenlet import getcurrent, greenlet

from failpoints import failpoint
from models import accept
from models.accept import AcceptError, Endpoint, Incoming, Known, Verdict
from models.accept_together import accept_leads
from models.budget import DatabaseAway, Unstorable
from models.incoming import Submission
from models.receipts import Told, keep_receipts
from senders import ParsedLead
from web.breaker import breaker
from workers import told as twilio
from workers.ring import Job

logger = logging.getLogger(__name__)

Work = Callable[[], None]


@dataclass(frozen=True)
class AskedLead:
    """What a request waits for: that this lead is stored."""

    endpoint: Endpoint
    version: int
    submission: Submission

    @property
    def call(self) -> tuple[bytes, int]:
        """Those of one URL, read by the same settings, share a call."""
        return self.endpoint.token_hash, self.version


@dataclass(frozen=True)
class AskedReceipt:
    """What a request waits for: that this receipt is kept."""

    told: Told
    call = "receipts"


@dataclass(frozen=True)
class Kept:
    """A receipt was kept; the lead if a job has to apply it."""

    to_move: UUID | None


Asked = AskedLead | AskedReceipt

#: None: ask alone.
Answer = Verdict | Kept | AcceptError | None


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
    failpoint("accept_parsed")
    if _is_beside_others():
        submission = Submission.of(known.integration_id, known.version, lead, incoming)
        answer = _ask(AskedLead(endpoint, known.version, submission))
        if isinstance(answer, Verdict):
            return answer
        _refuse_if_away()
    return accept.accept_lead(endpoint, known, lead, incoming)


def store_receipt(told: Told) -> list[Job]:
    """Do as workers.told.store_receipt does, together with those run beside this request."""
    if _is_beside_others():
        answer = _ask(AskedReceipt(told))
        if isinstance(answer, Kept):
            return twilio.jobs_of(answer.to_move)
        _refuse_if_away()
    return twilio.store_receipt(told)


def _refuse_if_away() -> None:
    """One call that hung is enough: those behind it in the same thread would wait as long."""
    if breaker.is_open:
        raise DatabaseAway("PostgreSQL was away a moment ago")


def _is_beside_others() -> bool:
    return isinstance(getcurrent(), Together)


def _ask(asked: Asked) -> Verdict | Kept | None:
    parent = getcurrent().parent
    if parent is None:
        raise RuntimeError("nobody is there to answer")
    answer: Answer = parent.switch(asked)
    if isinstance(answer, AcceptError):
        raise answer
    return answer


Waiting = list[tuple[Together, Asked]]


def _those_that_wait(stopped: Iterable[tuple[Together, Any]]) -> Waiting:
    """Leave out those that have come to their end."""
    return [(request, asked) for request, asked in stopped if asked is not None]


def _answered(waiting: Waiting) -> Iterator[tuple[Together, Answer]]:
    """Answer those that can share a call by one call."""
    groups: dict[object, Waiting] = {}
    for each in waiting:
        groups.setdefault(each[1].call, []).append(each)
    for group in groups.values():
        requests, asked = zip(*group, strict=True)
        yield from zip(requests, _answers(asked), strict=True)


def _answers(asked: Sequence[Asked]) -> Sequence[Answer]:
    try:
        _refuse_if_away()
        leads = [each for each in asked if isinstance(each, AskedLead)]
        if not leads:
            told = [each.told for each in asked if isinstance(each, AskedReceipt)]
            return [Kept(lead_id) for lead_id in keep_receipts(told)]
        if len(leads) > 1:
            submissions = [each.submission for each in leads]
            return accept_leads(leads[0].endpoint, leads[0].version, submissions)
    except Unstorable:
        pass  # each alone: only one of them is to blame
    except AcceptError as error:
        return [error, *(_echo(error) for _ in asked[1:])]
    except Exception:  # the thread that all leads go through must not die of it
        logger.exception("the shared call failed: each alone")
    return [None] * len(asked)


def _echo(error: AcceptError) -> AcceptError:
    """Return what a further request is told of a failure. The breaker counts it once."""
    echo = type(error)(*error.args)
    echo.is_echo = True
    return echo
