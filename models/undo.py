"""Undo of a move, a label or a deletion: each row as it is now, back to what it was.

models/contact_actions.py has kept, chunk by chunk, whom it changed and what they were. Here
such a chunk is gone through again. Whoever cannot go back is left as they are, and named with
the reason. A group that was made by the move stays.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import undo_statements as statements
from models.job_rows import JobChange
from models.jobs import Failure, Job
from models.suppressions import lock_suppressions

#: What undoes a kind: the statement, and the words of the timeline.
_UNDOINGS = {
    "move_to_group": (statements.UNMOVE, "Move undone"),
    "add_label": (statements.UNLABEL, "Label undone"),
    "remove_label": (statements.RELABEL, "Removal of a label undone"),
    "delete": (statements.UNDELETE, "Deletion undone"),
}


def changed_by(session: Session, job: Job) -> int:
    """Tell how many contacts a job has changed: so many there are to undo."""
    sizes = select(func.cardinality(JobChange.ids)).where(JobChange.job_id == job.id)
    return sum(session.scalars(sizes))


def undo_chunk(session: Session, undoing: Job, undone: Job) -> bool:
    """Undo the next chunk of *undone* and count what came of it. False: there is none left."""
    after = -1 if undoing.cursor is None else int(undoing.cursor)
    query = select(JobChange).where(JobChange.job_id == undone.id, JobChange.number > after)
    change = session.scalar(query.order_by(JobChange.number).limit(1))
    if change is None:
        return False
    # Shared is enough to let people join: taken before any row's lock, as everybody does.
    lock_suppressions(session, undoing.account_id, exclusive=False)
    chunk = {"job_id": undone.id, "number": change.number, "account_id": undoing.account_id}
    session.execute(statements.LOCK, chunk)
    failures = _undo(session, undone, chunk | _told(undoing, _UNDOINGS[undone.kind][1]))
    undoing.count(len(change.ids) - len(failures), failures, len(change.ids))
    undoing.cursor = str(change.number)
    return True


def _undo(session: Session, undone: Job, given: dict[str, Any]) -> list[Failure]:
    statement, _ = _UNDOINGS[undone.kind]
    given |= _goals(undone)
    named = {name: given[name] for name in statement.compile().params}
    failed = session.execute(statement, named).all()
    if undone.kind == "move_to_group":
        place = {name: given[name] for name in ("job_id", "number")}
        session.execute(
            statements.RESTORE_QUEUE, place | {"failed": [row.id for row in failed]}
        )
    return [{"id": str(row.id), "reason": row.reason} for row in failed]


def _told(undoing: Job, words: str) -> dict[str, Any]:
    return {
        "line": f"{words} by {undoing.by_name}." if undoing.by_name else f"{words}.",
        "by_id": undoing.by_id,
        "by_name": undoing.by_name,
        "request_id": undoing.request_id,
    }


def _goals(undone: Job) -> dict[str, UUID | None]:
    goal, left = undone.params.get("goal_id"), undone.params.get("from_id")
    return {"goal_id": UUID(goal) if goal else None, "from_id": UUID(left) if left else None}
