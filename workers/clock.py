"""The clock: rings for each sweep when its time has come. One process; two do no harm.

A schedule's row says when it is due next. Taking it moves that time in the same statement, so
that two clocks during a deploy ring once. Times are the database's. While the queue of the
sweeps is paused nothing is rung for: the jobs would only be too old when it goes on.
"""

import logging
import os
import signal
import threading

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import logs
from failpoints import failpoint
from models import autocommit
from models.connections import say_connections
from workers.middleware import BULK_NICENESS
from workers.ring import RingFailed, ring
from workers.sweeps import SWEEPS, sweep

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.5


def main() -> None:
    """Tick until SIGTERM or Ctrl-C."""
    logs.configure()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    known = False
    while not stopping.is_set():
        try:
            if not known:
                make_known()
                known = True
            tick()
        except (SQLAlchemyError, RingFailed) as error:
            logger.warning("the clock skips a tick: %s", type(error).__name__)
        stopping.wait(TICK_SECONDS)


def make_known() -> None:
    """Give every sweep its schedule; a changed interval takes effect, a disabled one stays."""
    with autocommit() as connection:
        say_connections(connection)
        for name, each in SWEEPS.items():
            connection.execute(_MAKE_KNOWN, {"name": name, "every": each.every_seconds})


def tick() -> list[str]:
    """Ring for every sweep that is due; return their names."""
    with autocommit() as connection:
        due = connection.execute(_TAKE_DUE, {"queue": sweep.queue_name})
        names = [row.name for row in due]
    failpoint("clock_taken_before_ring")
    ring([sweep.message(name) for name in names if name in SWEEPS])
    return names


_MAKE_KNOWN = text("""
    INSERT INTO schedules (name, every_seconds, next_at, disabled)
    VALUES (:name, :every, now(), false)
    ON CONFLICT (name) DO UPDATE SET every_seconds = excluded.every_seconds
""")

_TAKE_DUE = text("""
    UPDATE schedules SET next_at = now() + make_interval(secs => every_seconds)
    WHERE next_at <= now() AND NOT disabled
      AND NOT EXISTS (SELECT FROM queue_pauses WHERE queue = :queue)
    RETURNING name
""")


if __name__ == "__main__":
    os.nice(BULK_NICENESS)
    main()
