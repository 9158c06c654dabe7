"""The look-outs: what is wrong is found here, becomes an alarm, and one line of the log.

`look_after_accounts` is a sweep: silence, rates that climb, circuits. What the sweeps cannot
say of themselves (no worker, no clock, no Redis) each web process looks for: web/watch.py.
"""

import logging
from collections.abc import Sequence

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

import config
from models import transaction
from models.alarms import AlarmKind, Finding, settle
from models.circuits import ACCOUNT
from models.rates import climbing
from models.restores import HELD, restore_state
from models.silence import silences

logger = logging.getLogger(__name__)

EVERY_SECONDS = 15
KINDS = (
    AlarmKind.SILENCE,
    AlarmKind.OPT_OUTS,
    AlarmKind.FAILURES,
    AlarmKind.CIRCUIT,
    AlarmKind.RESTORED,
)


def look_after_accounts(_connection: Connection) -> int:
    """Look at every account once; return how much is wrong."""
    with transaction() as session:
        found = [*silences(session), *climbing(session), *open_circuits(session)]
        found += held_texts(session)
        opened = settle(session, KINDS, found)
    say(opened)
    return len(found)


def say(opened: Sequence[Finding]) -> None:
    """Put each new alarm into the log, once, however many accounts it concerns."""
    for finding in opened:
        logger.error("alarm %s (%s): %s", finding.kind, finding.subject, finding.detail)


def open_circuits(session: Session) -> list[Finding]:
    """Return every open circuit, for whoever has texts that wait behind it."""
    return [
        Finding(
            kind=AlarmKind.CIRCUIT,
            subject=row.scope,
            detail=f"{row.reason}. Leads are kept and wait.",
            account_id=row.account_id,
            since=row.opened_at,
        )
        for row in session.execute(_CIRCUITS, {"whole": ACCOUNT})
    ]


def held_texts(session: Session) -> list[Finding]:
    """Say that all texts wait, while a restored database is reconciled."""
    state = restore_state(session) if config.RESTORED else None
    if state is None or state["status"] == "open":
        return []
    detail = f"{HELD} Read so far: {state['listed']}, of them unknown: {state['unknown']}."
    return [Finding(AlarmKind.RESTORED, "texts", detail, since=state["begun_at"])]


_CIRCUITS = text("""
    SELECT c.scope, c.reason, c.opened_at, n.account_id FROM circuits c
    LEFT JOIN phone_numbers n ON c.scope = 'number:' || n.number AND n.deleted_at IS NULL
    WHERE c.closed_at IS NULL AND (c.scope = :whole OR n.account_id IS NOT NULL)
""")
