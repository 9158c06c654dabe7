"""How soon what died is started again."""

import sys

import psutil

from dev import keeper
from dev.child import Child
from dev.keeper import Keeper
from tests.dev.conftest import wait_until


def make_keeper(said, *argv):
    return Keeper(Child("part", [*argv], {}, lambda _name, _line: None), said.append)


def test_pause_doubles_up_to_a_limit_while_a_process_keeps_dying(monkeypatch):
    monkeypatch.setattr(keeper, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(keeper, "LONGEST_PAUSE", 0.03)
    said = []
    kept = make_keeper(said, sys.executable, "-c", "raise SystemExit(7)")
    kept.pause = keeper.FIRST_PAUSE

    kept.start()
    wait_until(lambda: kept.tend() is None or len(said) == 4)

    assert [line.split("again in ")[1] for line in said] == [
        "0.01 s",
        "0.02 s",
        "0.03 s",
        "0.03 s",
    ]
    assert said[0].startswith("part ended with status 7")


def test_pause_is_short_again_after_a_long_life(monkeypatch):
    monkeypatch.setattr(keeper, "LONG_LIFE", 0.0)
    said = []
    kept = make_keeper(said, sys.executable, "-c", "pass")
    kept.pause = keeper.LONGEST_PAUSE

    kept.start()
    wait_until(lambda: kept.tend() is None or said)

    assert said == ["part ended with status 0; it is started again in 0.2 s"]


def test_program_that_is_missing_is_tried_again():
    said = []
    kept = make_keeper(said, "/nowhere/program")

    kept.start()

    assert said[0].startswith("part cannot be started")
    assert not kept.child.is_alive()


def test_what_a_dead_process_left_behind_goes_with_it():
    lines = []
    orphaning = "sleep 60 & echo $!; exec sleep 60"
    child = Child("part", ["bash", "-c", orphaning], {}, lambda _name, line: lines.append(line))
    child.start()
    wait_until(lambda: lines)

    child.process.kill()
    wait_until(lambda: not child.is_alive())
    child.kill()

    wait_until(lambda: _is_gone(int(lines[0])), seconds=5)


def _is_gone(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
