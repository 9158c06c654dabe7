"""A restore: the database came from a backup, and does not know what was texted since.

While RESTORED=1 no text leaves before Twilio's list has been read back to the last text that
we know of. What the list has and no row knows is kept, and belongs to the lead of that number
that waits for its text, or to the next one that comes: a sender's retry is not texted twice.

A restore that is done counts as long as it is looked after: a database that was restored once
more has an old `seen_at`, and is held again with no word from anybody.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Connection, Identity, Index, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base

#: A restore that nobody has looked after for so long is taken for one of an older database.
STALE_SECONDS = 60
#: A sender that tries a lead again gives up within this time.
RETRIES_LAST_HOURS = 72
HELD = "The database came from a backup: texts wait until Twilio's list is reconciled."


class Restore(Base):
    """One reconciliation; what it has read so far, and whether texts may go again."""

    __tablename__ = "restores"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    since: Mapped[datetime]  # texts before this one we know
    begun_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    done_at: Mapped[datetime | None]
    next_page: Mapped[str | None]  # where to go on in Twilio's list
    listed: Mapped[int] = mapped_column(default=0, server_default="0")
    unknown: Mapped[int] = mapped_column(default=0, server_default="0")
    heard: Mapped[int | None]  # texts that people sent meanwhile; None: not yet looked for

    @classmethod
    def resume(cls, session: Session) -> "Restore":
        """Return the restore under way, or begin one; one that is done is looked after.

        One that was left alone goes on with the newest page: the list may have grown.
        """
        found = session.scalar(_NEWEST_WITH_LOCK)
        is_stale = found is not None and session.scalar(_IS_STALE, {"id": found.id}) is True
        if found is None or (found.done_at is not None and is_stale):
            session.execute(text("SET LOCAL statement_timeout = 0"))  # it reads all attempts
            found = cls(since=session.scalars(_LAST_TEXT).one())
            session.add(found)
        elif is_stale:
            found.next_page = None
        found.seen_at = session.scalars(select(func.now())).one()
        session.flush()
        return found

    def end(self, session: Session) -> None:
        """Let texts go again, those first that have waited for it."""
        self.done_at = session.scalar(select(func.now()))
        session.flush()
        session.execute(_RELEASE, {"reason": HELD})


def is_open(connection: Connection) -> bool:
    """Say whether the last restore is done and looked after: then texts may leave."""
    return connection.exec_driver_sql(IS_OPEN, (STALE_SECONDS,)).scalar() is True


def restore_state(session: Session) -> dict[str, Any]:
    """Say whether texts may leave, and what the last reconciliation has read."""
    row = session.execute(_STATE, {"stale": STALE_SECONDS}).mappings().one_or_none()
    return dict(row) if row else _NOT_BEGUN


class ListedText(Base):
    """A text that Twilio has and no row of ours knew; that of an unknown lead so far."""

    __tablename__ = "listed_texts"
    __table_args__ = (
        Index("ix_listed_texts_open", "phone", postgresql_where=text("lead_id IS NULL")),
    )

    sid: Mapped[str] = mapped_column(primary_key=True)
    restore_id: Mapped[int] = mapped_column(BigInteger)
    from_number: Mapped[str]
    phone: Mapped[str]
    body: Mapped[str]
    status: Mapped[str]
    error_code: Mapped[int | None]
    created_at: Mapped[datetime]
    lead_id: Mapped[UUID | None]  # whose text it turned out to be


_NEWEST_WITH_LOCK = select(Restore).order_by(Restore.id.desc()).limit(1).with_for_update()

_IS_STALE = text(f"""
    SELECT seen_at < now() - interval '{STALE_SECONDS} seconds' FROM restores WHERE id = :id
""")  # noqa: S608  (a constant of ours)

#: Nothing is texted before this is read, so the last attempt is from before the backup.
_LAST_TEXT = text("""
    SELECT coalesce((SELECT max(started_at) FROM attempts),
                    (SELECT min(created_at) FROM accounts), now()) - interval '10 minutes'
""")

IS_OPEN = """
    SELECT done_at IS NOT NULL AND seen_at > now() - make_interval(secs => %s)
    FROM restores ORDER BY id DESC LIMIT 1
"""

_STATE = text("""
    SELECT CASE WHEN done_at IS NOT NULL AND seen_at > now() - make_interval(secs => :stale)
                THEN 'open' ELSE 'holding' END AS status,
      since, begun_at, done_at, listed, unknown, heard,
      (SELECT count(*) FROM listed_texts t
       WHERE t.restore_id = r.id AND t.lead_id IS NOT NULL) AS attached
    FROM restores r ORDER BY id DESC LIMIT 1
""")

_NOT_BEGUN: dict[str, Any] = {
    "status": "holding",
    "since": None,
    "begun_at": None,
    "done_at": None,
    "listed": 0,
    "unknown": 0,
    "heard": None,
    "attached": 0,
}

_RELEASE = text("""
    WITH released AS (
      UPDATE deliveries SET due_at = now(), reason = NULL
      WHERE status = 'ready' AND reason = :reason RETURNING lead_id
    )
    UPDATE leads SET reason = NULL FROM released WHERE leads.id = released.lead_id
""")
