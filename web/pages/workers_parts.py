"""What the pages of the workers share: what Redis shows just now, and figures in words.

Redis is asked at most once a second by each web process, and with the visit's transaction
open: what that locks is the sign-in of who asks, and a Redis that hangs is given up after half
a second. Whether it answers is a fact on the page like any other.
"""

import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models.jobs import Job
from models.leads import Lead
from models.many import is_one_of
from web.pages.visit import Visit
from workers.finished import FinishedJob
from workers.queues import Seen, WorkerSeen, look

_FRESH_SECONDS = 1.0

#: As the templates show it where there is nothing to show.
NOTHING = "\N{EN DASH}"

_KIB = 1024
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


class Lookout:
    """The last look at Redis, for all who ask within a second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._seen: Seen | None = None

    def seen(self) -> Seen | None:
        """Return what Redis shows; None if it does not answer."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._seen = look()
                self._until = time.monotonic() + _FRESH_SECONDS
            return self._seen

    def forget(self) -> None:
        """Look anew at the next turn: something was changed."""
        self._until = 0.0


lookout = Lookout()


def own_finished(visit: Visit, jobs: Sequence[FinishedJob]) -> list[tuple[FinishedJob, str]]:
    """Return the jobs this account may see, each with the address of its lead, or "".

    What is about another account's lead or action is left out; sweeps are everybody's.
    """
    subjects = {job.argument: _uuid(job.argument) for job in jobs if job.argument}
    ids = [each for each in subjects.values() if each is not None]
    leads = _owned(visit, Lead, ids)
    known = leads | _owned(visit, Job, ids)
    return [
        (job, f"/activity/leads/{subject}" if subject in leads else "")
        for job in jobs
        if (subject := subjects.get(job.argument or "")) is None or subject in known
    ]


def _owned(visit: Visit, kind: type[Lead | Job], ids: list[UUID]) -> set[UUID]:
    mine = select(kind.id).where(kind.account_id == visit.account_id, is_one_of(kind.id, ids))
    return set(visit.session.scalars(mine)) if ids else set()


def _uuid(raw: str | None) -> UUID | None:
    try:
        return UUID(raw or "")
    except ValueError:
        return None


def age(seconds: float | None) -> str:
    """Say how long in one or two words."""
    if seconds is None:
        return NOTHING
    for unit, length in (("d", _DAY), ("h", _HOUR), ("min", _MINUTE)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def duration(ms: float | None) -> str:
    """Say how long a job ran."""
    if ms is None:
        return NOTHING
    return f"{ms:,.0f} ms" if ms < 10_000 else f"{ms / 1000:,.1f} s"  # noqa: PLR2004


def size(many: int) -> str:
    """Say how many bytes."""
    amount = float(many)
    for unit in ("B", "KiB", "MiB"):
        if amount < _KIB:
            return f"{amount:,.0f} {unit}"
        amount /= _KIB
    return f"{amount:,.1f} GiB"


def capped(many: int, most: int = 1_000) -> str:
    """Say how many, as far as was counted."""
    return f"{many:,}" if many <= most else f"{most:,}+"


def at(seconds: float) -> datetime:
    """Return a time that Redis keeps as seconds."""
    return datetime.fromtimestamp(seconds, UTC)


def attending(seen: Seen, queue: str) -> int:
    """Count the worker processes that consume a queue."""
    return sum(queue in worker.queues for worker in seen.workers)


def resting(workers: Sequence[WorkerSeen], queue: str) -> int:
    """Count those of them that have heard of its pause."""
    return sum(queue in worker.paused for worker in workers)


def words() -> dict[str, Any]:
    """What the templates of these pages may ask, beside their own values."""
    asked = (age, duration, size, capped, at, attending, resting)
    return {each.__name__: each for each in asked} | {"now": time.time()}
