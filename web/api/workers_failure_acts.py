"""What an owner does about failed jobs: runs them again, or puts them away.

One or a few are done within the request. All dead ones of a cause are an admin job, after the
count that the owner saw.
"""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from sqlalchemy import select

from models.failed_jobs import OPEN_STATES, FailedJob
from models.failure_causes import count_dead
from web.api.auth import Call
from web.api.jobs import JobAsked, asked, make_job
from web.api.operations import Spec, operation
from web.api.replies import Reply
from web.api.schema import field_error, invalid
from web.api.workers_failures import ONE, found, is_id
from web.problems import Problem
from workers.failure_jobs import DELETE, RETRY, put_away, run_again
from workers.ring import Job as Ring

#: Named one by one, at most; more of one cause are an admin job.
MOST_NAMED = 200

Ids = Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST_NAMED)]


class CauseNamed(msgspec.Struct):
    """All dead jobs of one cause. `expected`: how many the caller has seen there are."""

    actor: str
    fingerprint: str
    expected: Annotated[int, msgspec.Meta(ge=0)] | None = None


class Chosen(msgspec.Struct):
    """Failed jobs by id, or all dead ones of a cause."""

    ids: Ids | None = None
    cause: CauseNamed | None = None


class DoneShape(msgspec.Struct):
    """How many were chosen and could be taken; the others have ended or are no more."""

    changed: int
    skipped: int


ANSWERS = {200: DoneShape, 202: JobAsked}


@operation(
    "POST",
    f"{ONE}/retry",
    Spec("Run a failed job now", {200: DoneShape}, problems=(403, 409), idempotent=True),
)
def retry_failed_job(call: Call, failed_job_id: str) -> Reply:
    return _act(call, RETRY, [found(call, failed_job_id).id], only_one=True)


@operation("DELETE", ONE, Spec("Put a failed job away", {200: DoneShape}, problems=(403, 409)))
def delete_failed_job(call: Call, failed_job_id: str) -> Reply:
    return _act(call, DELETE, [found(call, failed_job_id).id], only_one=True)


@operation(
    "POST",
    "/workers/failures/retry",
    Spec("Run failed jobs again", ANSWERS, Chosen, problems=(403, 409), idempotent=True),
)
def retry_failed_jobs(call: Call, body: Chosen) -> Reply:
    return _act_on_chosen(call, RETRY, body)


@operation(
    "POST",
    "/workers/failures/delete",
    Spec("Put failed jobs away", ANSWERS, Chosen, problems=(403, 409), idempotent=True),
)
def delete_failed_jobs(call: Call, body: Chosen) -> Reply:
    return _act_on_chosen(call, DELETE, body)


def act_on(call: Call, kind: str, ids: Sequence[int]) -> tuple[int, list[Ring]]:
    """Retry or delete jobs by id; return how many, and what to ring for after the commit.

    Retrying those that wait for their next run means now.
    """
    jobs = FailedJob.locked(call.session, call.account_id, ids, *OPEN_STATES)
    if kind == RETRY:
        return len(jobs), run_again(call.session, jobs)
    put_away(call.session, jobs)
    return len(jobs), []


def act_on_cause(call: Call, kind: str, cause: CauseNamed) -> Reply:
    """Make an admin job of all dead jobs of a cause. Raises Problem(409) for another count."""
    newest = select(FailedJob.id).order_by(FailedJob.id.desc()).limit(1)
    up_to = call.session.scalar(newest) or 0
    count = count_dead(call.session, call.account_id, (cause.actor, cause.fingerprint), up_to)
    if cause.expected is not None and cause.expected != count:
        raise Problem(409, "count-changed", expected=cause.expected, matched=count)
    params = {"actor": cause.actor, "fingerprint": cause.fingerprint, "up_to": up_to}
    return asked(call, make_job(call, kind, params, count))


def _act(call: Call, kind: str, ids: Sequence[int], *, only_one: bool = False) -> Reply:
    call.owner_only()
    changed, rings = act_on(call, kind, ids)
    if only_one and not changed:
        raise Problem(409, "conflict", "The job has ended already.")
    return Reply(DoneShape(changed, len(ids) - changed), rings=rings)


def _act_on_chosen(call: Call, kind: str, body: Chosen) -> Reply:
    call.owner_only()
    if (body.ids is None) == (body.cause is None):
        raise invalid(field_error("ids", "invalid", "Send either 'ids' or 'cause'."))
    if body.cause is not None:
        return act_on_cause(call, kind, body.cause)
    ids = {each: int(each) for each in body.ids or () if is_id(each)}
    changed, rings = act_on(call, kind, [*ids.values()])
    return Reply(DoneShape(changed, len(set(body.ids or ())) - changed), rings=rings)
