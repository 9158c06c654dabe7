"""The bodies that came last to an integration, as leads or rejections: examples to map by."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from models.integrations import Integration
from models.leads import Lead
from models.rejections import Rejection

MOST = 20

#: Whoever sent these showed no secret: nobody should map by them.
_UNAUTHORIZED = 401


@dataclass(frozen=True)
class LastBody:
    """One body, and what became of it."""

    kind: str  # lead or rejection
    id: UUID
    received_at: datetime
    content_type: str | None
    body: bytes


def last_bodies(session: Session, integration: Integration) -> list[LastBody]:
    """Return the last bodies that are still kept, newest first."""
    leads = _of(Lead, "lead", integration)
    rejections = _of(Rejection, "rejection", integration).where(
        Rejection.status != _UNAUTHORIZED
    )
    both = union_all(leads.subquery().select(), rejections.subquery().select()).subquery()
    newest = select(both).order_by(both.c.received_at.desc(), both.c.id.desc()).limit(MOST)
    return [LastBody(*row) for row in session.execute(newest)]


def _of(
    noun: type[Lead] | type[Rejection], kind: str, integration: Integration
) -> Select[str, UUID, datetime, str | None, bytes | None]:
    """The newest of an account are found by index; integrations follow one another."""
    return (
        select(literal(kind), noun.id, noun.received_at, noun.content_type, noun.body)
        .where(
            noun.account_id == integration.account_id,
            noun.integration_id == integration.id,
            noun.body.is_not(None),
        )
        .order_by(noun.received_at.desc(), noun.id.desc())
        .limit(MOST)
    )
