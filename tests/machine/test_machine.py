"""The whole service as one machine: any steps in any order, killed anywhere, keep the promises.

Small here. `make machine minutes=30` goes on with ever new steps; a run that fails prints the
steps that led there, as few as it finds.
"""

import os
import time

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import rule, run_state_machine_as_test

from tests.machine.edges import Edges
from tests.machine.insides import Insides
from tests.machine.model import steps_of
from tests.machine.operators import Operators
from tests.machine.senders import Senders
from tests.machine.surroundings import durable_redis, without_hurry
from tests.machine.world import World
from workers.told import store_text

MINUTES = float(os.environ.get("MACHINE_MINUTES", "0"))
EXAMPLES, STEPS = 15, 50

#: A machine that never gets here proves nothing.
REACHED = (
    *("send 202 (there)", "send 200 (there)", "send 423 (there)", "send 503 (mute)"),
    *("send killed", "job killed", "drained", "job process_lead", "job apply_receipts"),
    *("ended joined", "ended suppressed", "ended held", "ended landline", "ended duplicate"),
    *("text ended delivered", "told early"),
)


class Steps(Senders, Operators, Insides):
    """Every step there is."""


class Machine(Steps):
    """Takes them one by one."""

    @rule(step=steps_of(Steps))
    def take(self, step):
        name, arguments = step
        getattr(self, name)(**arguments)


@pytest.fixture
def world(app, make_somebody, monkeypatch):
    undo = durable_redis()
    edges = Edges()
    without_hurry(monkeypatch)
    edges.install(monkeypatch)
    made = World(app, make_somebody, edges)
    monkeypatch.setattr("workers.twilio.exchange", made.exchange)
    monkeypatch.setattr("workers.sms._create.retry.sleep", lambda seconds: None)
    monkeypatch.setattr("web.breaker.FAILURES", 1_000_000)
    monkeypatch.setattr("web.api.draining.WAIT_SECONDS", 0)
    monkeypatch.setattr("web.doorbell.doorbell.press", made.press)
    monkeypatch.setattr("web.twilio.store_text", edges.or_away(store_text))
    yield made
    undo()


def profile(*, derandomize):
    return settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=derandomize,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.timeout(0 if MINUTES else 600)
def test_promises_i1_to_i7_hold_after_any_steps(world, capsys):
    Machine.world = world
    end = time.monotonic() + MINUTES * 60
    runs = 0

    while runs == 0 or time.monotonic() < end:
        run_state_machine_as_test(Machine, settings=profile(derandomize=not MINUTES))
        runs += 1

    with capsys.disabled():
        print(f"\n{told(world)}")  # noqa: T201
    assert [name for name in REACHED if not world.seen[name]] == []


def told(world):
    lines = [f"{many:7} {name}" for name, many in sorted(world.seen.items())]
    return "\n".join([*lines, *(f"{n:7} killed {e}" for e, n in world.edges.killed_at.items())])
