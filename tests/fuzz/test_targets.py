"""Each reader stands some hundred inputs of a fixed seed; `make fuzz` gives it minutes."""

import random

import pytest

from tests.fuzz.running import Finding, TooSlow, attempt, fuzz
from tests.fuzz.targets import TARGETS, Target

#: Readers of long input take fewer: all of them together are a few seconds.
INPUTS = {"plain lists": 5, "lists": 40, "opt-outs": 60, "quiet hours": 40}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_reader_stands_whatever_is_drawn(target):
    _, found = fuzz(target, "always the same", inputs=INPUTS.get(target.name, 250))

    assert found == []


def fails_on_seven(given):
    if given % 7 == 0:
        raise LookupError(given)


def test_input_that_a_reader_does_not_stand_is_found_and_drawn_again():
    target = Target("numbers", lambda rng: rng.randrange(1_000), fails_on_seven)

    many, found = fuzz(target, "a seed", inputs=200)

    assert many == 200
    assert 5 < len(found) < 100
    again = attempt(target, found[0].seed)
    assert (again.given, again.given % 7) == (found[0].given, 0)


def test_reader_that_takes_too_long_is_found(monkeypatch):
    monkeypatch.setattr("tests.fuzz.running.SLOWEST_SECONDS", 0)

    found = attempt(Target("slow", random.Random.random, lambda _: sum(range(9_999))), "a seed")

    assert isinstance(found, Finding)
    assert isinstance(found.error, TooSlow)


def test_time_ends_the_run():
    many, found = fuzz(Target("any", random.Random.random, lambda _: None), "s", seconds=0.05)

    assert many > 0
    assert found == []
