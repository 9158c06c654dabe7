"""The doorbell: jobs go out together, off the request's path, and never block it."""

import os
import threading

import pytest

from tests.conftest import eventually
from web import doorbell
from web.doorbell import Doorbell
from workers.leads import process_lead
from workers.ring import RingFailed


@pytest.fixture
def rung(monkeypatch):
    """Collect each ring, a list of lead ids."""
    rings = []
    monkeypatch.setattr(
        doorbell, "ring", lambda jobs: rings.append([job.args[0] for job in jobs])
    )
    return rings


def press(bell, *ids):
    for each in ids:
        bell.press(process_lead.message(each))


def test_jobs_of_a_moment_go_out_together_and_in_order(rung, monkeypatch):
    monkeypatch.setattr(doorbell, "GATHER_SECONDS", 0.5)
    monkeypatch.setattr(doorbell, "MOST_AT_ONCE", 3)
    bell = Doorbell()
    press(bell, "first")
    eventually(lambda: rung)

    press(bell, "a", "b", "c", "d")

    eventually(lambda: len(rung) == 3)
    assert rung == [["first"], ["a", "b", "c"], ["d"]]
    assert bell.missed == 0


def test_one_thread_rings_whoever_presses_first(rung):
    bell, start = Doorbell(), threading.Barrier(20)

    def first(number):
        start.wait()
        press(bell, str(number))

    threads = [threading.Thread(target=first, args=(number,)) for number in range(20)]
    before = _ringers()
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    eventually(lambda: len([each for ring in rung for each in ring]) == 20)
    assert _ringers() == before + 1


def _ringers():
    return sum(thread.name == "doorbell" for thread in threading.enumerate())


def test_process_that_was_forked_rings_by_a_thread_of_its_own(rung, monkeypatch):
    bell = Doorbell()
    press(bell, "a")
    eventually(lambda: rung == [["a"]])
    before = _ringers()

    monkeypatch.setattr(os, "getpid", lambda: -1)
    press(bell, "b")

    eventually(lambda: ["b"] in rung)
    assert _ringers() == before + 1


@pytest.mark.parametrize("error", [RingFailed, ValueError])
def test_failing_ring_is_counted_and_the_next_one_goes_out(rung, monkeypatch, caplog, error):
    def fail(jobs):
        monkeypatch.setattr(doorbell, "ring", lambda jobs: rung.append(len(jobs)))
        raise error("jobs wait for the sweeper")

    monkeypatch.setattr(doorbell, "ring", fail)
    bell = Doorbell()

    press(bell, "a")
    eventually(lambda: bell.missed == 1)
    press(bell, "c")

    eventually(lambda: rung == [1])
    assert "wait for the sweeper" in caplog.text


def test_full_doorbell_counts_and_does_not_block(monkeypatch):
    ringing, done = threading.Event(), threading.Event()

    def slowly(jobs):
        ringing.set()
        done.wait(10)

    monkeypatch.setattr(doorbell, "ring", slowly)
    monkeypatch.setattr(doorbell, "MOST_WAITING", 2)
    monkeypatch.setattr(doorbell, "GATHER_SECONDS", 0.0)
    bell = Doorbell()
    press(bell, "a")
    ringing.wait(10)

    press(bell, "b", "c", "d", "e")
    missed = bell.missed
    done.set()

    assert missed == 2
