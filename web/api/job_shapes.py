"""How the API shows a job row, wherever an answer holds one."""

from typing import Any
from uuid import UUID

import msgspec

from models.exports import KIND as EXPORT
from models.jobs import Job, JobStatus
from web.api.schema import Time


class Person(msgspec.Struct):
    """An operator who did something."""

    id: UUID | None
    name: str | None


class JobFailure(msgspec.Struct):
    id: str
    reason: str


class Goal(msgspec.Struct):
    """A group or a label, by the name it had when the action was asked for."""

    id: UUID
    name: str


class JobShape(msgspec.Struct):
    id: UUID
    kind: str
    status: JobStatus
    total: int
    done: int
    skipped: int
    failures: list[JobFailure]
    expected: int | None
    matched: int | None
    reason: str | None
    by: Person | None
    undo_of: UUID | None
    undone_by: UUID | None
    undoable_until: Time | None
    created_at: Time
    started_at: Time | None
    ended_at: Time | None
    goal: Goal | None  # the group or label of the action
    filter: dict[str, Any] | None  # as it was asked for, where contacts were chosen by one
    result: dict[str, Any] | None  # of an import: how many were in the queue, texts canceled
    file_url: str | None  # of an export that is done, while the file is there


def job_shape(job: Job) -> JobShape:
    return JobShape(
        id=job.id,
        kind=job.kind,
        status=job.status,
        total=job.total,
        done=job.done,
        skipped=job.skipped,
        failures=[JobFailure(each["id"], each["reason"]) for each in job.failures],
        expected=job.expected,
        matched=job.matched,
        reason=job.reason,
        by=person(job.by_id, job.by_name),
        undo_of=job.undo_of,
        undone_by=job.undone_by,
        undoable_until=job.undoable_until,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        goal=_goal(job),
        filter=job.params.get("filter"),
        result=job.result,
        file_url=_file_url(job),
    )


def _goal(job: Job) -> Goal | None:
    name = job.params.get("goal_name")
    return Goal(UUID(job.params["goal_id"]), name) if name else None


def _file_url(job: Job) -> str | None:
    is_there = job.kind == EXPORT and job.status is JobStatus.DONE and job.has_file
    return f"/api/v1/jobs/{job.id}/file" if is_there else None


def person(by_id: UUID | None, by_name: str | None) -> Person | None:
    """Show who did something; None means the service itself."""
    return None if by_id is None and by_name is None else Person(by_id, by_name)
