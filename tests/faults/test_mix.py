"""Which faults a mixed run strikes with, and what it does with those that cannot be."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from faults.history import History, read
from faults.mix import strike
from faults.nemesis import NotHere, Unmet
from faults.nemesis.fault import Strike
from faults.nemesis.surroundings import StartedWith


@pytest.fixture
def mixed(tmp_path, monkeypatch):
    """Strike for some seconds with these faults; return what was missed and the history."""
    monkeypatch.setattr("faults.mix.SHORTEST_PAUSE", 0.01)
    monkeypatch.setattr("faults.mix.LONGEST_PAUSE", 0.02)

    def run(*faults, seconds=1.0):
        path = tmp_path / "history.jsonl"
        table = {fault.name: lambda _lots, fault=fault: fault for fault in faults}
        with History(path) as history:
            senders = SimpleNamespace(rate=1.0)
            driven = SimpleNamespace(history=history, senders=senders)
            missed = strike(driven, None, table, 1, seconds)
        return missed, list(read(path))

    return run


def test_every_fault_is_struck_with_and_ended(mixed):
    missed, history = mixed(
        *(Strike(name, 0.01, lambda _service: None) for name in ("one", "two", "three"))
    )

    begun = [entry.value for entry in history if entry.f == "begin"]
    ended = [entry.value for entry in history if entry.f == "end"]
    assert missed == []
    assert set(begun) == {"one", "two", "three"}
    assert begun == ended


def test_fault_that_lasts_too_long_for_what_is_left_is_not_begun(mixed):
    _, history = mixed(Strike("long", 60.0, lambda _service: None))

    assert history == []


def test_fault_that_cannot_be_here_is_noted(mixed):
    def refuse(_service):
        raise NotHere("no such thing")

    missed, history = mixed(Strike("odd", 0.01, refuse))

    assert missed == []
    assert "odd: no such thing" in {entry.value for entry in history if entry.f == "not here"}


def test_what_a_fault_asks_for_and_does_not_get_is_told(mixed):
    def miss(_service):
        raise Unmet("too slow")

    missed, _ = mixed(Strike("odd", 0.01, lambda _service: None, miss))

    assert missed[0] == "odd: too slow"


def test_fault_that_needs_a_copy_of_its_own_is_left_to_the_matrix(mixed):
    class Special(Strike):
        def surroundings(self, _folder):
            return nullcontext(StartedWith())

    _, history = mixed(Special("disk", 0.01, lambda _service: None))

    assert history == []
