"""A CSV of numbers to suppress: read while it is sent, then worked through by a job."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Annotated

import msgspec
from flask import request
from sqlalchemy import select

from models.accounts import Account
from models.imports import CHUNK, KIND, Numbers, next_number, write_numbers
from models.jobs import MOST_FAILURES, Failure, Job
from models.suppressions import SuppressionKind
from senders.number_list import Bad, Good, NoText, Plain, read_numbers
from web.api.actions import check_kind
from web.api.auth import Call
from web.api.jobs import JobAsked, asked, make_job
from web.api.operations import Spec, operation
from web.api.replies import Reply
from web.problems import Problem

#: What browsers and scripts send a CSV as.
MEDIA = frozenset(
    {"text/csv", "application/csv", "text/plain", "application/vnd.ms-excel"}
    | {"application/octet-stream"}
)


class HowImported(msgspec.Struct):
    """`reason` is for the lines that have none of their own."""

    kind: SuppressionKind = SuppressionKind.DNC
    dry_run: bool = False
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


@operation(
    "POST",
    "/suppressions/import",
    Spec(
        "Suppress a list of numbers (text/csv)",
        {202: JobAsked},
        query=HowImported,
        problems=(400, 403, 413, 415),
        idempotent=True,
        streamed=True,
    ),
)
def import_suppressions(call: Call, query: HowImported) -> Reply:
    """Every line that cannot be read is told in the job's failures, by its number."""
    check_kind(call, query.kind, "kind")
    if request.mimetype not in MEDIA:
        raise Problem(415, "unsupported-media-type", "Send the list as text/csv.")
    return import_list(call, query, request.environ["wsgi.input"])


def import_list(call: Call, query: HowImported, file: IO[bytes]) -> Reply:
    """Make the job of a list, and keep its numbers with it."""
    check_kind(call, query.kind, "kind")
    given = {"kind": query.kind.value, "reason": query.reason.strip() or None}
    job = make_job(call, KIND, given | {"dry_run": query.dry_run}, 0)
    _write_down(call, job, file)
    if not query.dry_run:
        Account.lock(call.session, call.account_id)  # one import after the other is numbered
        job.params = job.params | {"number": next_number(call.session, call.account_id)}
    return asked(call, job)


def _write_down(call: Call, job: Job, file: IO[bytes]) -> None:
    region = call.session.scalars(
        select(Account.default_region).where(Account.id == call.account_id)
    ).one()
    taken = _Taken()
    try:
        many = write_numbers(call.session, job.id, taken.chunks(read_numbers(file, region)))
    except NoText as error:
        raise Problem(400, "unreadable", "The file is not text: save it as CSV.") from error
    job.count(0, taken.bad, taken.many_bad)
    job.total = many + taken.many_bad


@dataclass
class _Taken:
    """What was read of a list and is in no chunk yet; and the lines that cannot be read."""

    phones: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)  # up to the last phone that has one
    bad: list[Failure] = field(default_factory=list)
    many_bad: int = 0

    def chunks(self, read: Iterable[Good | Bad | Plain]) -> Iterator[Numbers]:
        for each in read:
            self._take(each)
            while len(self.phones) >= CHUNK:
                yield self._chunk()
        if self.phones:
            yield self._chunk()

    def _take(self, each: Good | Bad | Plain) -> None:
        if isinstance(each, Plain):
            self.phones += each.phones
        elif isinstance(each, Good):
            if each.reason:
                self.reasons += [""] * (len(self.phones) - len(self.reasons)) + [each.reason]
            self.phones.append(each.phone)
        else:
            self.many_bad += 1
            if len(self.bad) < MOST_FAILURES:
                self.bad.append({"id": f"line {each.line}", "reason": each.reason})

    def _chunk(self) -> Numbers:
        phones, self.phones = self.phones[:CHUNK], self.phones[CHUNK:]
        reasons, self.reasons = self.reasons[:CHUNK], self.reasons[CHUNK:]
        if not reasons:
            return Numbers(phones, None)
        return Numbers(phones, reasons + [""] * (len(phones) - len(reasons)))
