"""What operators do to many contacts at once: set-based, one chunk a call.

Each action tells how many contacts it changed; the others were so already. Everything is
within the caller's transaction, with the contacts locked in the order of their ids, so that
two actions on the same people cannot block each other for ever. What can be undone leaves a
JobChange behind: whom it changed and what they were before (models/undo.py reads it).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, select
from sqlalchemy.orm import Session

from models import action_statements as statements
from models.groups import Group, Label
from models.jobs import Failure, Job
from models.suppress_many import suppress_contacts
from models.suppressions import Because, SuppressionKind, lock_suppressions

#: These change no contact itself: looking who is there is enough, and half the work.
MARKS = frozenset({"add_label", "remove_label"})

NO_SUCH_CONTACT = "There is no such contact."


class GoalGone(Exception):
    """The group or label of the action was deleted meanwhile: the rest cannot be done."""


@dataclass(frozen=True)
class Chunk:
    """A part of a job: ids as they were sent, or the number of a JobChunk that has them."""

    number: int
    ids: tuple[str, ...] | None = None


def act(session: Session, job: Job, chunk: Chunk) -> int:
    """Do the job's action to a chunk and count what came of it; return how many there were.

    Another account's id fails like one that never existed. Raises GoalGone.
    """
    if job.kind == "suppress":  # before any row's lock, as everybody does who takes both
        lock_suppressions(session, job.account_id, exclusive=True)
    given = _given(job, chunk)
    look = statements.LOOK if job.kind in MARKS else statements.LOCK
    found = session.execute(look, given).one()
    missing = _in_order(chunk, [str(each) for each in found.missing])
    failures: list[Failure] = [{"id": each, "reason": NO_SUCH_CONTACT} for each in missing]
    changed = ACTIONS[job.kind](session, job, given) if found.locked else 0
    many: int = found.locked + len(missing)
    job.count(changed, failures, many)
    return many


def _given(job: Job, chunk: Chunk) -> dict[str, Any]:
    ids = None if chunk.ids is None else [each for each in map(_uuid, chunk.ids) if each]
    return {
        "ids": ids,
        "job_id": job.id,
        "number": chunk.number,
        "account_id": job.account_id,
        "by_id": job.by_id,
        "by_name": job.by_name,
        "request_id": job.request_id,
    }


def _in_order(chunk: Chunk, missing: list[str]) -> list[str]:
    """Those that are no contacts, and what is no id at all, in the order they were sent in."""
    if chunk.ids is None:
        return missing
    return [each for each in chunk.ids if _uuid(each) is None or each in missing]


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None


def _move(session: Session, job: Job, given: dict[str, Any]) -> int:
    """Add a group. A trigger takes them out of the opt-in queue in the same statement."""
    group = _goal(session, job, Group)
    told = _line(job, f"Moved to {group.name}")
    from_id = job.params.get("from_id")
    extra = {"goal_id": group.id, "from_id": UUID(from_id) if from_id else None}
    return _changed(session, statements.MOVE, given | told | extra)


def _remove_from_group(session: Session, job: Job, given: dict[str, Any]) -> int:
    group = _goal(session, job, Group)
    told = _line(job, f"Removed from {group.name}") | {"goal_id": group.id}
    return _changed(session, statements.REMOVE_FROM_GROUP, given | told)


def _add_label(session: Session, job: Job, given: dict[str, Any]) -> int:
    label = _goal(session, job, Label)
    told = _line(job, f"Labeled {label.name}") | {"goal_id": label.id}
    return _changed(session, statements.ADD_LABEL, given | told)


def _remove_label(session: Session, job: Job, given: dict[str, Any]) -> int:
    label = _goal(session, job, Label)
    told = _line(job, f"Label {label.name} removed") | {"goal_id": label.id}
    return _changed(session, statements.REMOVE_LABEL, given | told)


def _favorite(session: Session, job: Job, given: dict[str, Any]) -> int:
    wanted = {"favorite": job.kind == "favorite"}
    return _changed(session, statements.FAVORITE, given | wanted)


def _delete(session: Session, job: Job, given: dict[str, Any]) -> int:
    """Mark them deleted and out of the opt-in queue. Groups and labels stay on the row."""
    return _changed(session, statements.DELETE, given | _line(job, "Deleted"))


def _suppress(session: Session, job: Job, given: dict[str, Any]) -> int:
    because = Because(
        kind=SuppressionKind(job.params["suppression_kind"]),
        reason=job.params.get("reason"),
        source="api",
        by=job.by,
        request_id=job.request_id,
    )
    return suppress_contacts(session, because, given)


Action = Callable[[Session, Job, dict[str, Any]], int]

ACTIONS: dict[str, Action] = {
    "move_to_group": _move,
    "remove_from_group": _remove_from_group,
    "add_label": _add_label,
    "remove_label": _remove_label,
    "favorite": _favorite,
    "unfavorite": _favorite,
    "delete": _delete,
    "suppress": _suppress,
}


def _changed(session: Session, statement: TextClause, given: dict[str, Any]) -> int:
    names = statement.compile().params  # each statement takes what it names
    return int(session.execute(statement, {name: given[name] for name in names}).scalar_one())


def _goal(session: Session, job: Job, kind: type[Any]) -> Any:
    """Return the group or label, kept from being deleted until the chunk is committed."""
    wanted = UUID(job.params["goal_id"])
    query = select(kind).where(kind.account_id == job.account_id, kind.id == wanted)
    found = session.scalar(query.with_for_update(read=True, key_share=True))
    if found is None:
        raise GoalGone(f"The {kind.__name__.lower()} was deleted meanwhile.")
    return found


def _line(job: Job, words: str) -> dict[str, Any]:
    """What is written on the timeline of each."""
    return {"line": f"{words} by {job.by_name}." if job.by_name else f"{words}."}
