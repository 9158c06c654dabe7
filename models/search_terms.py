"""What leads are found by: the terms of each, and the mark up to which they are kept.

Migration 0018 makes the tables; models/lead_search.py asks them and keeps them.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from models.accounts import Account
from models.db import Base


class LeadSearch(Base):
    """The terms of a lead: its account, folded words, and "#" with three digits of its number.

    No foreign key: leads are never deleted, and each check would lock the lead's row.
    """

    __tablename__ = "lead_search"
    __table_args__ = (Index("ix_lead_search_terms", "terms", postgresql_using="gin"),)

    lead_id: Mapped[UUID] = mapped_column(primary_key=True)
    terms: Mapped[str] = mapped_column(TSVECTOR)


class SearchMark(Base):
    """Every lead of the account up to this one has its terms. Later ones may have them."""

    __tablename__ = "search_marks"

    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id), primary_key=True)
    received_at: Mapped[datetime]
    lead_id: Mapped[UUID]
