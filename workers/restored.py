"""RESTORED=1: the database came from a backup, and no text leaves before we know what was sent.

Leads are accepted meanwhile. The sweep hears what people texted in the lost time, first of all
their stops; then it reads Twilio's list, the newest first, back to the last text that the
database knows of. A text that no row knows goes to its lead: one that waits with those very
words, or the next one of that number that comes to its text (workers/sms.py asks). Then texts
go again. Everything is written down page by page, so that a restart goes on.
"""

import logging
import time
from uuid import UUID

from sqlalchemy import Connection, text

import config
from models import autocommit, restores, transaction
from models.listed_texts import Listed, give, is_listed, keep_unknown, waiting_leads
from models.obstacles import postpone
from models.restores import HELD, Restore
from workers import catch_up
from workers.receipts import apply_receipts
from workers.twilio import TwilioUnavailable
from workers.twilio_list import ListedPage, list_page

logger = logging.getLogger(__name__)

EVERY_SECONDS = 2
#: One run reads so many pages: a sweep is to be short.
PAGES = 5
#: A held text is asked about again this often; the end of the restore does not wait for it.
LATER_SECONDS = 30
MOST = 500
_CACHE_SECONDS = 1.0

_seen: tuple[float, bool] = (0.0, False)


def is_open() -> bool:
    """Say whether texts may leave. Costs nothing without RESTORED, else a look a second."""
    global _seen  # noqa: PLW0603  (one look a second for all threads)
    if not config.RESTORED:
        return True
    at, known = _seen
    if time.monotonic() - at > _CACHE_SECONDS:
        with autocommit() as connection:
            known = restores.is_open(connection)
        _seen = (time.monotonic(), known)
    return known


def keeps(lead_id: UUID) -> bool:
    """Keep a text from leaving: it has to wait, or Twilio has sent it before the restore."""
    if not is_open():
        with transaction() as session:
            postpone(session, lead_id, LATER_SECONDS, HELD)
        return True
    with autocommit() as connection:
        if not is_listed(connection, lead_id):
            return False
    with transaction() as session:
        is_given = give(session, lead_id, same_words=False)
    if is_given:
        apply_receipts(str(lead_id))
    return is_given


def reconcile(connection: Connection) -> int:
    """Do the next part, by one worker at a time; return how many texts were read."""
    if not config.RESTORED or not connection.scalar(_TAKE_TURN):
        return 0
    try:
        return _reconcile(connection)
    except TwilioUnavailable as error:
        logger.warning(
            "texts are held after the restore, and Twilio cannot be asked: %s", error
        )
        return 0
    finally:
        connection.execute(_END_TURN)


_TAKE_TURN = text("SELECT pg_try_advisory_lock(hashtextextended('restore', 0))")
_END_TURN = text("SELECT pg_advisory_unlock(hashtextextended('restore', 0))")


def _reconcile(connection: Connection) -> int:
    with transaction() as session:
        restore = Restore.resume(session)
    if restore.done_at is not None:
        return 0
    if restore.heard is None:
        _hear(connection, restore)
    read = 0
    for _ in range(PAGES):
        page = list_page(restore.next_page)
        restore = _keep(restore.id, page)
        _give_to_waiting(connection)
        read += len(page.texts)
        if restore.next_page is None:
            _open(connection, restore.id)
            break
    return read


def _hear(connection: Connection, restore: Restore) -> None:
    """Hear the texts of the lost time: a stop has to stand before anything is sent."""
    logger.warning(
        "the database came from a backup: texts wait until Twilio's list is read back to %s",
        restore.since.isoformat(timespec="seconds"),
    )
    heard = catch_up.hear_since(connection, restore.since)
    with transaction() as session:
        session.get_one(Restore, restore.id).heard = heard


def _keep(restore_id: int, page: ListedPage) -> Restore:
    with transaction() as session:
        restore = session.get_one(Restore, restore_id, with_for_update=True)
        ours = [
            Listed(
                sid=each.sid,
                from_number=each.from_number,
                phone=each.to,
                body=each.body,
                status=each.status,
                error_code=each.error_code,
                created_at=each.created_at,
            )
            for each in page.texts
            if each.from_number and each.created_at >= restore.since
        ]
        restore.listed += len(ours)
        restore.unknown += keep_unknown(session, restore_id, ours)
        is_last = page.oldest is None or page.oldest < restore.since
        restore.next_page = None if is_last else page.next_page
        return restore


def _give_to_waiting(connection: Connection) -> None:
    """Give the texts found so far to the leads that wait with these very words."""
    given = True
    while given:
        given = False
        for lead_id in waiting_leads(connection, MOST):
            with transaction() as session:
                is_given = give(session, lead_id, same_words=True)
            if is_given:
                apply_receipts(str(lead_id))
                given = True


def _open(connection: Connection, restore_id: int) -> None:
    connection.execute(text("ANALYZE listed_texts"))  # plans were made while it was empty
    with transaction() as session:
        restore = session.get_one(Restore, restore_id)
        restore.end(session)
        logger.warning(
            "texts go again: of %d texts since the backup %d were unknown, %d texts were heard",
            restore.listed,
            restore.unknown,
            restore.heard,
        )
