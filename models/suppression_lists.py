"""Which suppressions a list shows, and a file of them holds: those that stand, narrowed."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from models.contact_search import Typed
from models.contacts import Contact
from models.suppressions import Suppression, SuppressionKind


@dataclass(frozen=True)
class Listed:
    """What narrows the list. None: does not matter."""

    kind: SuppressionKind | None = None
    needs_review: bool | None = None
    q: str = ""

    def statement(self, session: Session, account_id: UUID) -> Select[Suppression]:
        """Select these suppressions of the account, all of them, in no order."""
        wanted = [Suppression.account_id == account_id, Suppression.lifted_at.is_(None)]
        if self.kind is not None:
            wanted.append(Suppression.kind == self.kind)
        if self.needs_review is not None:
            wanted.append(Suppression.needs_review.is_(self.needs_review))
        if self.q.strip():
            wanted.append(_meant(Typed.read(session, self.q)))
        return select(Suppression).where(*wanted)


def _meant(typed: Typed) -> ColumnElement[bool]:
    """A number by its digits, or by the names of the contact that has it."""
    if not typed.beginnings:
        return typed.phones(Suppression.phone)
    return exists().where(
        Contact.account_id == Suppression.account_id,
        Contact.phone == Suppression.phone,
        Contact.deleted_at.is_(None),
        typed.contacts(),
    )
