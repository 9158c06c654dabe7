"""How the API shows failed jobs and their causes. Arguments are shown as the log shows them."""

from typing import Any
from uuid import UUID

import msgspec

from logs import scrub
from models.failed_jobs import MOST_COUNTED, FailedJob
from models.failure_causes import Cause
from models.failures import Failure
from web.api.schema import Time

_ARGUMENT_LETTERS = 64


class CauseShape(msgspec.Struct):
    """The dead and retrying jobs of one cause. Counts end at `counted_to`, then comes "+"."""

    actor: str
    fingerprint: str
    queue: str
    error_class: str
    message: str
    dead: int
    dead_more: bool
    retrying: int
    retrying_more: bool
    first_at: Time
    last_at: Time


class FailedJobShape(msgspec.Struct, kw_only=True):
    id: str
    message_id: str
    actor: str
    queue: str
    arguments: list[object]
    lead_id: UUID | None
    request_id: str | None
    state: str
    attempts: int
    error_class: str
    fingerprint: str
    message: str
    first_at: Time
    last_at: Time
    next_at: Time | None
    ended_at: Time | None


class RunShape(msgspec.Struct):
    """One run that failed."""

    attempt: int
    at: Time
    will_retry: bool
    error_class: str
    message: str
    traceback: str


class WholeFailedJob(FailedJobShape, kw_only=True):
    lead_status: str | None
    runs: list[RunShape]


def cause_shape(cause: Cause) -> CauseShape:
    return CauseShape(
        actor=cause.actor,
        fingerprint=cause.fingerprint,
        queue=cause.queue,
        error_class=cause.error_class,
        message=cause.message,
        dead=min(cause.dead, MOST_COUNTED),
        dead_more=cause.dead > MOST_COUNTED,
        retrying=min(cause.retrying, MOST_COUNTED),
        retrying_more=cause.retrying > MOST_COUNTED,
        first_at=cause.first_at,
        last_at=cause.last_at,
    )


def failed_job_fields(job: FailedJob, lead_id: UUID | None) -> dict[str, Any]:
    return {
        "id": str(job.id),
        "message_id": job.message_id,
        "actor": job.actor,
        "queue": job.queue,
        "arguments": redacted(job.arguments["args"]),
        "lead_id": lead_id,
        "request_id": job.request_id,
        "state": job.state.value,
        "attempts": job.attempts,
        "error_class": job.error_class,
        "fingerprint": job.fingerprint,
        "message": job.message,
        "first_at": job.first_at,
        "last_at": job.last_at,
        "next_at": job.next_at,
        "ended_at": job.ended_at,
    }


def run_shape(run: Failure) -> RunShape:
    return RunShape(
        attempt=run.attempt,
        at=run.at,
        will_retry=run.will_retry,
        error_class=run.error_class,
        message=run.message,
        traceback=run.traceback,
    )


def redacted(arguments: list[object]) -> list[object]:
    """Arguments are ids. Should one ever be more than that, it is masked as in the log."""
    return [_masked(each) for each in arguments]


def _masked(value: object) -> object:
    if isinstance(value, str):
        return scrub(value)[:_ARGUMENT_LETTERS]
    if isinstance(value, dict):
        return f"{{{len(value)} fields}}"
    return value if isinstance(value, int | float | None) else f"[{type(value).__name__}]"
