"""Why contacts left a list: the last line of each timeline that says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.orm import Session

from models.timeline import TimelineEntry

#: What takes somebody out of the opt-in queue, a group, or every list.
KINDS = ("moved", "removed_from_group", "suppressed", "deleted")


@dataclass(frozen=True)
class Leaving:
    """A sentence and who did it; without one: nobody wrote down why."""

    text: str = "No longer in this list."
    by: str | None = None

    @property
    def sentence(self) -> str:
        """The sentence, with the name where it does not say it itself."""
        if self.by is None or self.by in self.text:
            return self.text
        return f"{self.text.rstrip('.')}, by {self.by}."


def leavings(session: Session, contact_ids: Sequence[UUID]) -> dict[UUID, Leaving]:
    """Return why each of these contacts left, as far as its timeline tells."""
    if not contact_ids:
        return {}
    entry = TimelineEntry
    wanted = literal([*contact_ids], ARRAY(Uuid))
    last = (
        select(entry.contact_id, entry.text, entry.by_name)
        .where(entry.contact_id == any_(wanted), entry.kind.in_(KINDS))
        .ext(distinct_on(entry.contact_id))
        .order_by(entry.contact_id, entry.id.desc())
    )
    return {
        contact_id: Leaving(line, by)
        for contact_id, line, by in session.execute(last)
        if contact_id is not None
    }
