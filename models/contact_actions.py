"""What operators do to many contacts at once: set-based, one chunk a call.

Each action returns the contacts that it changed; the others were so already. Everything is
within the caller's transaction, with the contacts locked in the order of their ids, so that
two actions on the same people cannot block each other for ever.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from models.contacts import Contact
from models.groups import ContactLabel, Group, Label, Membership
from models.jobs import Job
from models.many import each_of, is_one_of
from models.suppressions import Because, SuppressionKind, lock_suppressions, suppress
from models.timeline import TimelineEntry

NO_SUCH_CONTACT = "There is no such contact."


class GoalGone(Exception):
    """The group or label of the action was deleted meanwhile: the rest cannot be done."""


def act(session: Session, job: Job, ids: Sequence[str]) -> tuple[int, list[dict[str, str]]]:
    """Do the job's action to these contacts; return how many it changed, and the failures.

    Another account's id fails like one that never existed. Raises GoalGone.
    """
    if job.kind == "suppress":  # before any row's lock, as everybody does who takes both
        lock_suppressions(session, job.account_id, exclusive=True)
    known = _locked(session, job.account_id, ids)
    failures = [
        {"id": each, "reason": NO_SUCH_CONTACT} for each in ids if _uuid(each) not in known
    ]
    changed = ACTIONS[job.kind](session, job, known) if known else []
    return len(changed), failures


def _locked(session: Session, account_id: UUID, ids: Sequence[str]) -> dict[UUID, str]:
    """Lock those that exist; return their numbers by id."""
    query = (
        select(Contact.id, Contact.phone)
        .where(
            Contact.account_id == account_id,
            is_one_of(Contact.id, [found for each in ids if (found := _uuid(each))]),
            Contact.deleted_at.is_(None),
        )
        .order_by(Contact.id)
        .with_for_update(key_share=True)
    )
    return {row.id: row.phone for row in session.execute(query)}


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None


def _move(session: Session, job: Job, contacts: dict[UUID, str]) -> Sequence[UUID]:
    """Add a group. A trigger takes them out of the opt-in queue in the same statement."""
    group = _goal(session, job, Group)
    rows = select(
        literal(group.id), each_of(contacts), literal(job.account_id), literal(job.by_id, Uuid)
    )
    columns = ["group_id", "contact_id", "account_id", "added_by"]
    adding = upsert(Membership).from_select(columns, rows).on_conflict_do_nothing()
    changed = session.scalars(adding.returning(Membership.contact_id)).all()
    _tell(session, job, changed, "moved", f"Moved to {group.name}")
    return changed


def _remove_from_group(session: Session, job: Job, contacts: dict[UUID, str]) -> Sequence[UUID]:
    group = _goal(session, job, Group)
    removing = delete(Membership).where(
        Membership.group_id == group.id, is_one_of(Membership.contact_id, contacts)
    )
    changed = session.scalars(removing.returning(Membership.contact_id)).all()
    _tell(session, job, changed, "removed_from_group", f"Removed from {group.name}")
    return changed


def _add_label(session: Session, job: Job, contacts: dict[UUID, str]) -> Sequence[UUID]:
    label = _goal(session, job, Label)
    rows = select(literal(label.id), each_of(contacts))
    adding = upsert(ContactLabel).from_select(["label_id", "contact_id"], rows)
    adding = adding.on_conflict_do_nothing()
    changed = session.scalars(adding.returning(ContactLabel.contact_id)).all()
    _tell(session, job, changed, "labeled", f"Labeled {label.name}")
    return changed


def _remove_label(session: Session, job: Job, contacts: dict[UUID, str]) -> Sequence[UUID]:
    label = _goal(session, job, Label)
    removing = delete(ContactLabel).where(
        ContactLabel.label_id == label.id, is_one_of(ContactLabel.contact_id, contacts)
    )
    changed = session.scalars(removing.returning(ContactLabel.contact_id)).all()
    _tell(session, job, changed, "unlabeled", f"Label {label.name} removed")
    return changed


def _favorite(session: Session, job: Job, contacts: dict[UUID, str]) -> Sequence[UUID]:
    wanted = job.kind == "favorite"
    changing = update(Contact).where(
        is_one_of(Contact.id, contacts), Contact.favorite.is_distinct_from(wanted)
    )
    return session.scalars(changing.values(favorite=wanted).returning(Contact.id)).all()


def _delete(session: Session, job: Job, contacts: dict[UUID, str]) -> Sequence[UUID]:
    """Mark them deleted and out of the opt-in queue. Groups and labels stay on the row."""
    gone = {"deleted_at": func.now(), "queued_at": None, "queue_lead_id": None}
    deleting = update(Contact).where(is_one_of(Contact.id, contacts)).values(gone)
    changed = session.scalars(deleting.returning(Contact.id)).all()
    _tell(session, job, changed, "deleted", "Deleted")
    return changed


def _suppress(session: Session, job: Job, contacts: dict[UUID, str]) -> Sequence[UUID]:
    because = Because(
        kind=SuppressionKind(job.params["suppression_kind"]),
        reason=job.params.get("reason"),
        source="api",
        by=job.by,
        request_id=job.request_id,
    )
    return [
        contact_id
        for contact_id, phone in contacts.items()
        if suppress(session, job.account_id, phone, because)[1]
    ]


Action = Callable[[Session, Job, dict[UUID, str]], Sequence[UUID]]

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


def _goal(session: Session, job: Job, kind: type[Any]) -> Any:
    """Return the group or label, kept from being deleted until the chunk is committed."""
    wanted = UUID(job.params["goal_id"])
    query = select(kind).where(kind.account_id == job.account_id, kind.id == wanted)
    found = session.scalar(query.with_for_update(read=True, key_share=True))
    if found is None:
        raise GoalGone(f"The {kind.__name__.lower()} was deleted meanwhile.")
    return found


def _tell(
    session: Session, job: Job, contact_ids: Sequence[UUID], kind: str, words: str
) -> None:
    """Write one line on the timeline of each."""
    line = f"{words} by {job.by_name}." if job.by_name else f"{words}."
    told: dict[str, ColumnElement[Any]] = {
        "account_id": literal(job.account_id),
        "kind": literal(kind),
        "text": literal(line),
        "by_id": literal(job.by_id, Uuid),
        "by_name": literal(job.by_name, String),
        "contact_id": each_of(contact_ids),
        "request_id": literal(job.request_id, String),
    }
    session.execute(insert(TimelineEntry).from_select([*told], select(*told.values())))
