"""The breaker: who is let through to PostgreSQL, and when it is asked again."""

import threading

import pytest

from models.accept import DatabaseAway, UrlBusy
from models.budget import DatabaseHangs, Unstorable
from tests.conftest import eventually
from web import breaker as module
from web.breaker import Breaker


@pytest.fixture
def breaker(monkeypatch):
    """A breaker of its own, whose probes ask often."""
    monkeypatch.setattr(module, "PROBE_SECONDS", 0.01)
    made = Breaker()
    yield made
    eventually(lambda: not made.is_open)  # its probe has ended


@pytest.fixture
def away(monkeypatch):
    """PostgreSQL is away until the event is set, as the probe sees it."""
    back = threading.Event()
    monkeypatch.setattr(module, "can_be_written_to", back.is_set)
    yield back
    back.set()


def fails(breaker, error):
    with pytest.raises(type(error)), breaker.guard():
        raise error


def test_three_failures_in_a_row_open_it(breaker, away):
    fails(breaker, DatabaseAway("1"))
    fails(breaker, DatabaseAway("2"))
    before = breaker.is_open

    fails(breaker, DatabaseAway("3"))

    assert (before, breaker.is_open) == (False, True)


def test_success_in_between_starts_the_count_anew(breaker, away):
    for _ in range(3):
        fails(breaker, DatabaseAway("1"))
        fails(breaker, DatabaseAway("2"))
        with breaker.guard():
            pass

    assert not breaker.is_open


def test_call_that_took_all_its_time_opens_it_at_once(breaker, away):
    fails(breaker, DatabaseHangs("0.7 s"))

    assert breaker.is_open


@pytest.mark.parametrize("error", [UrlBusy("held"), Unstorable("DataError"), KeyError("ours")])
def test_what_does_not_say_that_postgresql_is_away_does_not_count(breaker, away, error):
    for _ in range(5):
        fails(breaker, error)

    assert not breaker.is_open


def test_open_it_lets_nobody_wait(breaker, away):
    fails(breaker, DatabaseHangs("0.7 s"))
    asked = []

    with pytest.raises(DatabaseAway), breaker.guard():
        asked.append("PostgreSQL")

    assert asked == []


def test_late_success_of_before_does_not_close_it(breaker, away):
    with breaker.guard():
        fails(breaker, DatabaseHangs("0.7 s"))

    assert breaker.is_open


def test_probe_closes_it_once_postgresql_is_back(breaker, away):
    fails(breaker, DatabaseHangs("0.7 s"))

    away.set()

    eventually(lambda: not breaker.is_open)
    with breaker.guard():
        pass


def test_probe_finds_a_real_database_back(story, breaker):
    fails(breaker, DatabaseHangs("0.7 s"))

    eventually(lambda: not breaker.is_open)


def test_database_that_is_read_only_is_not_back(story, monkeypatch):
    asked = "SELECT pg_is_in_recovery()"
    assert module.can_be_written_to()
    monkeypatch.setattr(module, "ASK", asked.replace("pg_is_in_recovery()", "true"))

    assert not module.can_be_written_to()
