"""The file that an export made, in parts as it was written."""

from collections.abc import Iterator
from uuid import UUID

from flask import Response
from sqlalchemy import select

from models.db import autocommit
from models.exports import KIND
from models.job_rows import JobFile
from models.jobs import JobStatus
from web.api.auth import Call
from web.api.jobs import ONE, found_job
from web.api.operations import Spec, operation
from web.problems import Problem


@operation(
    "GET",
    f"{ONE}/file",
    Spec("Download the file of an export", {200: str}, problems=(409,), media="text/csv"),
)
def download_file(call: Call, job_id: UUID) -> Response:
    """404 once the file is gone, and for jobs that make none."""
    job = found_job(call, job_id)
    if job.kind != KIND:
        raise Problem(404, "not-found")
    if job.is_open:
        raise Problem(409, "conflict", "The file is still being written.")
    numbers = select(JobFile.number).where(JobFile.job_id == job.id).order_by(JobFile.number)
    parts = call.session.scalars(numbers).all()
    if job.status is not JobStatus.DONE or not parts:
        raise Problem(404, "not-found", "There is no file, or no longer.")
    response = Response(_parts(job.id, parts[-1]), content_type="text/csv; charset=utf-8")
    name = f"{job.params['noun']}-{job.created_at:%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _parts(job_id: UUID, last: int) -> Iterator[bytes]:
    """Read each part when its turn comes: no connection is held while it is sent."""
    for number in range(last + 1):
        part = select(JobFile.data).where(JobFile.job_id == job_id, JobFile.number == number)
        with autocommit() as connection:
            data: bytes | None = connection.scalar(part)
        if data is None:
            return
        yield data
