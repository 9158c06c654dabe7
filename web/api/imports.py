"""A CSV of numbers to suppress: read while it is sent, then worked through by a job."""

from collections.abc import Iterator
from itertools import islice
from typing import IO, Annotated

import msgspec
from flask import request
from sqlalchemy import select

from models.accounts import Account
from models.imports import CHUNK, KIND, Numbers, next_number, write_numbers
from models.jobs import MOST_FAILURES, Failure, Job
from models.suppressions import SuppressionKind
from senders.number_list import Bad, Good, NoText, read_numbers
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
        problems=(400, 413, 415),
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
    bad: list[Failure] = []
    many_bad = 0

    def good() -> Iterator[Good]:
        nonlocal many_bad
        for each in read_numbers(file, region):
            if isinstance(each, Bad):
                many_bad += 1
                if len(bad) < MOST_FAILURES:
                    bad.append({"id": f"line {each.line}", "reason": each.reason})
            else:
                yield each

    try:
        many = write_numbers(call.session, job.id, _chunks(good()))
    except NoText as error:
        raise Problem(400, "unreadable", "The file is not text: save it as CSV.") from error
    job.count(0, bad, many_bad)
    job.total = many + many_bad


def _chunks(numbers: Iterator[Good]) -> Iterator[Numbers]:
    while chunk := list(islice(numbers, CHUNK)):
        yield chunk
