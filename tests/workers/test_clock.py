"""The clock: rings for what is due, once, however many clocks there are."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from models import autocommit
from tests.conftest import eventually
from workers import clock
from workers.sweeps import SWEEPS, Sweep


@pytest.fixture
def rung(app, monkeypatch):
    """Collect the names of the sweeps that are rung for."""
    names = []
    monkeypatch.setattr(clock, "ring", lambda jobs: names.extend(job.args[0] for job in jobs))
    return names


def change(statement):
    with autocommit() as connection:
        result = connection.execute(text(statement))
        return list(result) if result.returns_rows else None


def test_new_sweeps_are_due_at_once_and_then_after_their_interval(rung):
    clock.make_known()

    assert sorted(clock.tick()) == sorted(SWEEPS)
    assert sorted(rung) == sorted(SWEEPS)
    assert clock.tick() == []
    change("UPDATE schedules SET next_at = now() WHERE name = 'due texts'")
    assert clock.tick() == ["due texts"]


def test_disabled_sweep_stays_so_and_is_not_rung_for(rung):
    clock.make_known()
    change("UPDATE schedules SET disabled = true WHERE name = 'retention'")

    clock.make_known()

    assert "retention" not in clock.tick()


def test_changed_interval_takes_effect(rung, monkeypatch):
    clock.make_known()
    monkeypatch.setitem(SWEEPS, "retention", Sweep(SWEEPS["retention"].run, 77))

    clock.make_known()

    every = change("SELECT every_seconds FROM schedules WHERE name = 'retention'")
    assert [row.every_seconds for row in every] == [77]


def test_sweep_that_this_version_does_not_know_is_not_rung_for(rung):
    change(
        "INSERT INTO schedules (name, every_seconds, next_at, disabled)"
        " VALUES ('of a newer version', 1, now(), false)"
    )

    assert clock.tick() == ["of a newer version"]
    assert rung == []


def test_two_clocks_ring_once(rung):
    clock.make_known()
    for _ in range(20):
        change("UPDATE schedules SET next_at = now()")
        rung.clear()
        start = threading.Barrier(2)

        def tick(start=start):
            start.wait()
            clock.tick()

        with ThreadPoolExecutor(2) as two:
            for each in (two.submit(tick), two.submit(tick)):
                each.result()

        assert sorted(rung) == sorted(SWEEPS)


@pytest.fixture
def handlers(monkeypatch):
    """Keep the process' own signal handlers and logging as they are."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr("logs.configure", lambda: None)
    monkeypatch.setattr(clock, "TICK_SECONDS", 0.01)
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_clock_ticks_until_it_is_told_to_stop(rung, handlers, number):
    def stop():
        eventually(lambda: len(rung) >= len(SWEEPS))
        os.kill(os.getpid(), number)

    stopper = threading.Thread(target=stop)
    stopper.start()
    clock.main()
    stopper.join()

    assert set(rung) == set(SWEEPS)


def test_clock_survives_the_absence_of_its_database(rung, handlers, monkeypatch, caplog):
    known, tries = clock.make_known, []

    def fail_once():
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("", {}, Exception())
        known()

    def stop():
        eventually(lambda: rung)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(clock, "make_known", fail_once)
    stopper = threading.Thread(target=stop)
    stopper.start()
    clock.main()
    stopper.join()

    assert "the clock skips a tick: OperationalError" in caplog.text
    assert len(tries) == 2
