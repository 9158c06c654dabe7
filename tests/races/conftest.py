"""What races have in common: sides that meet, a Twilio that notes when, a durable Redis."""

from importlib import import_module

import pytest

from tests.races.tie import Tie

# The service reads its settings at import, and this file is read before they are set.


@pytest.fixture
def carrier(monkeypatch):
    carrier = import_module("tests.races.clocked").Clocked()
    monkeypatch.setattr("workers.twilio.exchange", carrier.exchange)
    return carrier


@pytest.fixture
def tie(request, capsys):
    """Make a race; at the end of the test both sides have to have won."""
    made = []

    def make(first, second, **options):
        made.append(Tie(first, second, **options))
        return made[-1]

    yield make
    for each in (each for each in made if each.is_over):  # else the test has failed already
        told = each.prove()
        with capsys.disabled():
            print(f"\n{request.node.name}: {told}")  # noqa: T201


@pytest.fixture
def durable():
    """A Redis that keeps every write, so that Path F is open."""
    undo = import_module("tests.machine.surroundings").durable_redis()
    yield
    undo()


@pytest.fixture
def rings(monkeypatch):
    """What is rung for stays here: a race runs its jobs itself."""
    rung = []
    monkeypatch.setattr("workers.broker.broker.push", rung.extend)
    return rung


@pytest.fixture
def racing(story, carrier, rings):
    """An account whose URL has no limit, and to which anybody is new."""
    story.change("UPDATE integrations SET rate_limit = 0, duplicate_window_hours = 0")
    return story


@pytest.fixture
def person():
    """A number and a lead of it that were not there before."""
    turn = iter(range(1_000_000))

    def person():
        number = next(turn)
        phone = f"+1202{200 + number // 9000 % 700:03d}{1000 + number % 9000:04d}"
        return {"first_name": "Jane", "last_name": "Doe", "phone": phone}

    return person
