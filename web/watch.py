"""The watch: a thread of each web process that looks whether the rest of the service lives.

A web process is what is up when anything is. What it finds wrong twice becomes an alarm, so
that a deploy, which restarts everything, raises none. PostgreSQL being away is said in the log
at once, and written down when it is back.
"""

import logging
import threading
import time
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from models import transaction
from models.alarms import AlarmKind, Finding, record_past, settle
from models.db import within
from workers.alarms import say
from workers.lookout import Seen, look_at_clock, look_at_redis

logger = logging.getLogger(__name__)

EVERY_SECONDS = 10.0
#: So long a thing has to be wrong. A worker that left is only known to be gone after 20 s.
RIPENING_SECONDS = 30.0
DATABASE_SECONDS = 2.0


class Watch:
    """What this process has seen so far."""

    def __init__(self, ripening: float = RIPENING_SECONDS) -> None:
        self._ripening = ripening
        self._wrong_since: dict[tuple[AlarmKind, str], float] = {}
        self._away_since: datetime | None = None

    def start(self) -> None:
        """Look every few seconds, from a thread of its own, as long as the process lives."""
        threading.Thread(target=self._look_for_ever, name="watch", daemon=True).start()

    def look(self) -> None:
        """Look at everything once."""
        seen = look_at_redis()
        try:
            with within(DATABASE_SECONDS), transaction() as session:
                clock = look_at_clock(session)
                opened = settle(session, seen.kinds | clock.kinds, self._judged(seen, clock))
                if self._away_since is not None:
                    record_past(session, _was_away(self._away_since))
        except SQLAlchemyError as error:
            self._note_away(error)
            return
        self._away_since = None
        say(opened)

    def _look_for_ever(self) -> None:
        while True:
            time.sleep(EVERY_SECONDS)
            try:
                self.look()
            except Exception:  # a thread that dies would never look again
                logger.exception("the watch could not look")

    def _judged(self, *seen: Seen) -> list[Finding]:
        """Say of each finding whether it has been wrong for long enough."""
        now = time.monotonic()
        found = [finding for each in seen for finding in each.found]
        names = [(finding.kind, finding.subject) for finding in found]
        self._wrong_since = {name: self._wrong_since.get(name, now) for name in names}
        return [
            Finding(
                kind=finding.kind,
                subject=finding.subject,
                detail=finding.detail,
                since=finding.since,
                is_ripe=now - self._wrong_since[name] >= self._ripening,
            )
            for name, finding in zip(names, found, strict=True)
        ]

    def _note_away(self, error: SQLAlchemyError) -> None:
        if self._away_since is None:
            self._away_since = datetime.now(UTC)
            logger.error(
                "alarm postgres_away: PostgreSQL does not answer (%s)", type(error).__name__
            )


def _was_away(since: datetime) -> Finding:
    detail = "PostgreSQL was away; leads were taken into Redis meanwhile where it is durable."
    return Finding(AlarmKind.POSTGRES_AWAY, "postgres", detail, since=since)


watch = Watch()
