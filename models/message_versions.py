"""Every wording that an integration's compliance message has had, by number.

A trigger on integrations writes them, whoever changes the wording. So it can be shown later
which one a person was sent, even when it has been changed since.
"""

from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base
from models.deliveries import Delivery
from models.integrations import Integration
from models.leads import Lead
from senders.compliance import render

_CANDIDATES = 20


class MessageVersion(Base):
    """One wording, with the brand it speaks for."""

    __tablename__ = "message_versions"
    __table_args__ = (
        Index("uq_message_versions_number", "integration_id", "number", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    integration_id: Mapped[UUID] = mapped_column(ForeignKey(Integration.id))
    number: Mapped[int]
    compliance_message: Mapped[str]
    brand: Mapped[str]
    since: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    @classmethod
    def behind(cls, session: Session, lead: Lead, delivery: Delivery) -> Self | None:
        """Return the version that a text was written by: the last one that gives its words."""
        query = (
            select(cls)
            .where(
                cls.integration_id == delivery.integration_id, cls.since <= delivery.created_at
            )
            .order_by(cls.number.desc())
            .limit(_CANDIDATES)
        )
        for version in session.scalars(query):
            wording, brand = version.compliance_message, version.brand
            if render(wording, lead.first_name, lead.last_name, brand) == delivery.body:
                return version
        return None
