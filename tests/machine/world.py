"""The whole service in one process, in the hands of a machine: nothing happens by itself.

Senders, people, Twilio and operators come through the web's own views. Jobs are run, lost and
doubled one by one; sweeps run when they are told to; time passes by moving rows' times back.
"""

import json
from collections import Counter
from contextlib import nullcontext, suppress
from typing import Any

import redis
from dramatiq import get_encoder
from sqlalchemy import text

import config
from models import Base, transaction
from tests.conftest import EMPTY
from tests.machine.carrier import FINAL, Carrier
from tests.machine.edges import Edges
from tests.machine.snapshot import Snapshot
from tests.story import OURS, Story
from workers import gate
from workers.broker import broker
from workers.ring import RingFailed, ring
from workers.sweeps import SWEEPS, sweep

#: What finds work that was left behind; the others count, index and clean up.
FINDERS = (
    "spool",
    "gate",
    "expired leases",
    "texts to look up",
    "open receipts",
    "lost rings",
    "due texts",
    "open jobs",
    "leads of deleted integrations",
    "suppressions under way",
)
#: Longer than any lease, look-up or settling time.
ROUND_SECONDS = 650
MOST_ROUNDS = 40


class World:
    """One account at a time; `begin` starts over."""

    def __init__(self, app: Any, make_somebody: Any, edges: Edges) -> None:
        self.app, self._make_somebody, self.edges = app, make_somebody, edges
        self.redis = redis.Redis.from_url(config.REDIS_URL)
        self.carrier = Carrier()
        self.seen: Counter[str] = Counter()
        self.early: tuple[
            str, ...
        ] = ()  # what Twilio tells before its create call has answered
        self._inbound = 0

    def begin(self, window_hours: int) -> None:
        """Empty everything, and make an account with an active integration."""
        self.redis.flushall()
        with transaction() as session:
            tables = ", ".join(f"'{name}'" for name in Base.metadata.tables)
            session.execute(text(EMPTY.replace("TABLES", tables)))
        self.carrier, self.early = Carrier(), ()
        self.edges.jobs.clear()
        self.api = self._make_somebody()
        self.story = Story(self.app.test_client(), self.api.account_id)
        self.no_limits(window_hours)
        self.sweep("gate")

    def no_limits(self, window_hours: int) -> None:
        self.story.change(
            "UPDATE integrations SET rate_limit = 0, duplicate_window_hours = :hours",
            hours=window_hours,
        )

    # What comes from outside

    def post(self, path: str, body: dict[str, str], key: str | None, database: str) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        with self._database(database):
            return self.story.client.post(path, json=body, headers=headers)

    def tell(self, callback: str, form: dict[str, str], database: str) -> Any:
        with self._database(database):
            return self.story.signed(callback, form)

    def says(self, phone: str, words: str, database: str) -> Any:
        self._inbound += 1
        form = {"MessageSid": f"SMin{self._inbound:030d}", "From": phone, "To": OURS}
        with self._database(database):
            return self.story.signed("/twilio/inbound", form | {"Body": words})

    def exchange(self, *args: Any) -> Any:
        """The edge to Twilio, which may tell of a text before it has answered for it."""
        self.edges.cross("before a call to Twilio")
        before = len(self.carrier.texts)
        try:
            return self.carrier.exchange(*args)
        finally:
            told, self.early = (
                (self.early, ()) if len(self.carrier.texts) > before else ((), self.early)
            )
            for status in told:
                self._tell_early(status)
            self.edges.cross("after a call to Twilio")

    def _tell_early(self, status: str) -> None:
        sent = self.carrier.texts[-1]
        self.carrier.move(sent, status)
        form = {"MessageSid": sent.sid, "MessageStatus": status}
        assert self.story.signed(sent.callback, form).status_code == 204
        self.seen["told early"] += 1

    def _database(self, how: str) -> Any:
        return nullcontext() if how == "there" else self.edges.without_database(how)

    # What happens inside

    def press(self, message: Any) -> None:
        """The doorbell, without its thread. A Redis that is away loses the ring."""
        with suppress(RingFailed):
            ring([message])

    def run(self, data: bytes) -> None:
        job = get_encoder().decode(data)
        self.seen[f"job {job['actor_name']}"] += 1
        broker.get_actor(job["actor_name"])(*job["args"])

    def sweep(self, name: str) -> None:
        assert name in SWEEPS
        waits = name == "spool" and not self.is_spool_empty()
        sweep(name)
        self.seen["drained"] += waits and self.is_spool_empty()

    def is_spool_empty(self) -> bool:
        return not (self.redis.xlen(gate.SPOOL) or self.redis.xlen(gate.TOLD))

    def age(self, seconds: float) -> None:
        """Let time pass: every time that something waits for is so much longer ago."""
        self.carrier.clock += seconds
        with transaction() as session:
            for table, columns in _TIMES.items():
                moved = ", ".join(f"{c} = {c} - make_interval(secs => :s)" for c in columns)
                session.execute(text(f"UPDATE {table} SET {moved}"), {"s": seconds})  # noqa: S608

    def settle(self) -> Snapshot:
        """Everything is well again: run sweeps and jobs until there is nothing left to do."""
        self.carrier.mode, self.carrier.lag = "ok", 0
        for _ in range(MOST_ROUNDS):
            for sent in self.carrier.texts:
                if sent.status not in FINAL:
                    self.carrier.move(sent, "sent")
            for name in FINDERS:
                self.sweep(name)
                while self.edges.jobs:
                    self.run(self.edges.jobs.pop(0))
            now = Snapshot.take()
            if now.is_quiet and self.is_spool_empty():
                return now
            self.age(ROUND_SECONDS)
        raise AssertionError(f"not quiet after {MOST_ROUNDS} rounds: {json.dumps(vars(now))}")


_TIMES = {
    "leads": ("received_at", "lease_until", "rung_at", "held_at"),
    "deliveries": ("due_at", "lease_until", "check_at", "rung_at", "accepted_at", "final_at"),
    "attempts": ("started_at",),
    "receipts": ("received_at",),
    "texts": ("at",),
    "suppressions": ("created_at", "settled_at", "lifted_at"),
    "jobs": ("created_at", "started_at", "rung_at", "ended_at", "undoable_until"),
    "circuits": ("opened_at", "probe_at", "closed_at"),
    "integrations": ("deleted_at",),
}
