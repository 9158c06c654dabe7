"""An alarm: something that a person should know now, and that will not mend itself unseen.

Whoever looks says what was found; `settle` opens what is new and closes what is over. An alarm
is a row, a metric and one line of the log; nothing is called outside. What concerns the whole
service has a row in every account, so that each sees it, and acknowledges it, for itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import ForeignKey, Index, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.accounts import Account
from models.db import Base
from models.timeline import Actor


class AlarmKind(StrEnum):
    SILENCE = "silence"  # no lead for far longer than usual at this hour
    OPT_OUTS = "opt_outs"  # many more people say stop than usual
    FAILURES = "failures"  # many more texts fail than usual
    CIRCUIT = "circuit"  # Twilio takes no texts from us, or from one number
    NO_WORKER = "no_worker"  # nobody does the jobs of a queue
    CLOCK = "clock"  # nothing is swept: what a crash left behind stays there
    REDIS_AWAY = "redis_away"  # jobs cannot be rung for
    REDIS_NOT_DURABLE = "redis_not_durable"  # a crash of Redis would lose what it took
    POSTGRES_AWAY = "postgres_away"  # written down when it is back
    SPOOL = "spool"  # what was taken without PostgreSQL does not get into it
    RESTORED = "restored"  # the database came from a backup: texts wait for Twilio's list


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `account_id` None: for every account."""

    kind: AlarmKind
    subject: str  # what it is about: an integration, a circuit, a queue
    detail: str
    account_id: UUID | None = None
    since: datetime | None = None
    is_ripe: bool = True  # else it keeps an alarm open, but opens none yet


class Alarm(Base):
    """One row per time that something began to be wrong; open while `closed_at` is empty."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index(
            "uq_alarms_open",
            "account_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_alarms_newest", "account_id", text("opened_at DESC"), text("id DESC")),
    )

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id))
    kind: Mapped[AlarmKind]
    subject: Mapped[str]
    detail: Mapped[str]
    since: Mapped[datetime | None]  # when it began, as far as that is known
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]

    @classmethod
    def of_account(
        cls, session: Session, account_id: UUID, wanted: UUID, *, lock: bool = False
    ) -> Self | None:
        query = select(cls).where(cls.account_id == account_id, cls.id == wanted)
        return session.scalar(query.with_for_update() if lock else query)

    @classmethod
    def open_of(cls, session: Session, account_id: UUID) -> list[Self]:
        """Return what is wrong now, the newest first."""
        query = select(cls).where(cls.account_id == account_id, cls.closed_at.is_(None))
        return list(session.scalars(query.order_by(cls.opened_at.desc(), cls.id.desc())))

    def acknowledge(self, session: Session, by: Actor) -> None:
        """Note that somebody has seen it. The first one counts; the alarm stays open."""
        if self.acknowledged_at is None:
            self.acknowledged_at = session.scalar(select(func.now()))
            self.acknowledged_by = by.name


def settle(
    session: Session, looked_at: Iterable[AlarmKind], found: Iterable[Finding]
) -> list[Finding]:
    """Open alarms for what was found, close those of *looked_at* that were not found again.

    A kind that could not be looked at is left out of *looked_at*, and stays as it is. Returns
    what is new: each of it was opened by this call and by no other.
    """
    findings = list(found)
    kinds = [kind.value for kind in looked_at]
    session.execute(_CLOSE, {"kinds": kinds, "found": _rows(findings)})
    ripe = [finding for finding in findings if finding.is_ripe]
    rows = session.execute(_OPEN, {"found": _rows(ripe)})
    opened = {(row.kind, row.subject) for row in rows if row.is_new}
    return [each for each in ripe if (each.kind.value, each.subject) in opened]


def record_past(session: Session, finding: Finding) -> None:
    """Write down what is over already, and could not be written down meanwhile."""
    session.execute(_RECORD_PAST, {"found": _rows([finding])})


def open_counts(session: Session) -> dict[str, int]:
    """Count what is wrong now, by kind, every kind named; once for the whole service."""
    rows = session.execute(_COUNT).all()
    return {kind.value: 0 for kind in AlarmKind} | {row.kind: row.alarms for row in rows}


def _rows(findings: Iterable[Finding]) -> str:
    return msgspec.json.encode(list(findings)).decode()


_FOUND = """
    SELECT DISTINCT ON (1, 2, 3) coalesce(f.account_id, a.id) AS account_id, f.kind,
           f.subject, f.detail, f.since
    FROM jsonb_to_recordset(CAST(:found AS jsonb)) AS
           f(account_id uuid, kind text, subject text, detail text, since timestamptz)
    JOIN accounts a ON a.id = f.account_id OR f.account_id IS NULL
    ORDER BY 1, 2, 3
"""

_OPEN = text(f"""
    INSERT INTO alarms (account_id, kind, subject, detail, since) {_FOUND}
    ON CONFLICT (account_id, kind, subject) WHERE closed_at IS NULL
    DO UPDATE SET detail = excluded.detail WHERE alarms.detail <> excluded.detail
    RETURNING kind, subject, xmax = 0 AS is_new
""")

_CLOSE = text(f"""
    WITH found AS ({_FOUND})
    UPDATE alarms SET closed_at = now()
    WHERE closed_at IS NULL AND kind = ANY(:kinds) AND NOT EXISTS (
      SELECT 1 FROM found WHERE found.account_id = alarms.account_id
        AND found.kind = alarms.kind AND found.subject = alarms.subject)
""")  # noqa: S608  (a constant of ours)

#: Several web processes may have seen the same: one row of it is enough.
_RECORD_PAST = text(f"""
    WITH found AS ({_FOUND})
    INSERT INTO alarms (account_id, kind, subject, detail, since, opened_at, closed_at)
    SELECT account_id, kind, subject, detail, since, since, now() FROM found
    WHERE NOT EXISTS (
      SELECT 1 FROM alarms a WHERE a.account_id = found.account_id AND a.kind = found.kind
        AND a.subject = found.subject AND a.closed_at >= found.since)
""")  # noqa: S608  (likewise)

_COUNT = text("""
    SELECT kind, count(DISTINCT subject) AS alarms FROM alarms
    WHERE closed_at IS NULL GROUP BY kind
""")
