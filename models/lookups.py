"""What a look-up said about a number's line, kept for 90 days."""

from datetime import datetime

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base


class Lookup(Base):
    """One row per number. A failed look-up leaves none: the next lead asks again."""

    __tablename__ = "lookups"

    phone: Mapped[str] = mapped_column(primary_key=True)
    line_type: Mapped[str]
    looked_up_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @staticmethod
    def remember(session: Session, phone: str, line_type: str) -> None:
        """Keep what was just learned about a number."""
        fresh = insert(Lookup).values(phone=phone, line_type=line_type)
        session.execute(
            fresh.on_conflict_do_update(
                index_elements=[Lookup.phone],
                set_={"line_type": fresh.excluded.line_type, "looked_up_at": func.now()},
            )
        )
