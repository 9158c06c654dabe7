"""Sweeps: what a crash, a lost ring or a due time left behind is found here, and rung for.

The clock (workers/clock.py) rings for each sweep when its time has come. Every run is
recorded in its schedule. A sweep may run twice at once: each takes its rows in one statement.
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import dramatiq
from sqlalchemy import Connection, text

from failpoints import failpoint
from models import autocommit, failure_records, overdue
from models.figures import count_figures
from models.lead_search import index_leads
from models.rejection_search import read_rejections
from models.retention import forget, trim_rejections
from workers import alarms, catch_up, restored, rollup
from workers.admin import run_job
from workers.broker import PRIORITY_SWEEPS
from workers.drain import drain
from workers.gate_keeper import refresh_gate
from workers.leads import process_lead, send_text
from workers.receipts import apply_receipts
from workers.reconcile import check_text
from workers.ring import backlog, ring

logger = logging.getLogger(__name__)


#: More jobs than this in a queue, and its rows are left to them.
LONG_BACKLOG = 100


@dataclass(frozen=True)
class Sweep:
    """What a sweep does (it returns how many rows it found), and how often."""

    run: Callable[[Connection], int]
    every_seconds: float


@dramatiq.actor(queue_name="sweeps", priority=PRIORITY_SWEEPS, max_retries=0, max_age=30_000)
def sweep(name: str) -> None:
    """Run one sweep and record how it went."""
    failpoint("sweep_before_run")
    begun = time.monotonic()
    result = "failed"
    try:
        with autocommit() as connection:
            result = str(SWEEPS[name].run(connection))
    finally:
        with autocommit() as connection:
            seconds = time.monotonic() - begun
            connection.execute(_RECORD, {"name": name, "seconds": seconds, "result": result})


_RECORD = text("""
    UPDATE schedules SET last_at = now(), last_seconds = :seconds, last_result = :result
    WHERE name = :name
""")


def _lost_rings(connection: Connection) -> int:
    pace = overdue.SLOW if _is_behind("leads") else overdue.PROMPT
    found = overdue.received_leads(connection, pace)
    return _ring(process_lead.message(str(each)) for each in found)


def _due_texts(connection: Connection) -> int:
    pace = overdue.SLOW if _is_behind("sms") else overdue.DUE
    return _ring(send_text.message(str(each)) for each in overdue.due_texts(connection, pace))


def _checks(connection: Connection) -> int:
    pace = overdue.SLOW_LOOK if _is_behind("sms") else overdue.LOOK
    found = overdue.due_checks(connection, pace)
    return _ring(check_text.message(str(lead_id), checks) for lead_id, checks in found)


def _receipts(connection: Connection) -> int:
    if _is_behind("receipts"):
        return 0
    found = overdue.unapplied_receipts(connection)
    return _ring(apply_receipts.message(str(each)) for each in found)


def _unsearchable_leads(connection: Connection) -> int:
    return 0 if _is_behind("leads") else index_leads(connection)


def _jobs(connection: Connection) -> int:
    return _ring(run_job.message(str(each)) for each in overdue.open_jobs(connection))


def _is_behind(queue_name: str) -> bool:
    """Say whether the workers are behind: then rows wait because of that, not of a lost ring.

    Ringing for all of them again would only give the workers more to do.
    """
    return backlog(queue_name) > LONG_BACKLOG


def _ring(messages: Iterable[dramatiq.Message[Any]]) -> int:
    jobs = list(messages)
    if jobs:
        failpoint("sweep_marked_before_ring")
    ring(jobs)
    return len(jobs)


SWEEPS = {
    "spool": Sweep(lambda _: drain(), 1),
    "gate": Sweep(refresh_gate, 5),
    "lost rings": Sweep(_lost_rings, 1),
    "due texts": Sweep(_due_texts, 1),
    "texts to look up": Sweep(_checks, 1),
    "expired leases": Sweep(overdue.expired_leases, 5),
    "open receipts": Sweep(_receipts, 5),
    "open jobs": Sweep(_jobs, 5),
    "leads of deleted integrations": Sweep(overdue.held_of_deleted, 15),
    "suppressions under way": Sweep(overdue.settled_suppressions, 5),
    "inbound texts": Sweep(catch_up.inbound_texts, 60),
    "restored": Sweep(restored.reconcile, restored.EVERY_SECONDS),
    "alarms": Sweep(alarms.look_after_accounts, alarms.EVERY_SECONDS),
    "leads to be found": Sweep(_unsearchable_leads, 5),
    "rejections to be found": Sweep(read_rejections, 5),
    "rejections beyond their bound": Sweep(trim_rejections, 5),
    "retention": Sweep(forget, 900),
    "figures": Sweep(count_figures, 60),
    "job counts": Sweep(rollup.roll_up_recent, 15),
    "late job counts": Sweep(rollup.roll_up_late, 600),
    "lost retries": Sweep(failure_records.end_lost, 60),
    "old failures": Sweep(failure_records.forget_failures, 900),
}
