"""What a look-up said about a number's line, kept for 90 days."""

from datetime import datetime

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from models.db import Base


class Lookup(Base):
    """One row per number. A failed look-up leaves none: the next lead asks again."""

    __tablename__ = "lookups"

    phone: Mapped[str] = mapped_column(primary_key=True)
    line_type: Mapped[str]
    looked_up_at: Mapped[datetime] = mapped_column(server_default=func.now())
