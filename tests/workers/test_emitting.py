"""Hooks are called as Dramatiq calls them, and only those that somebody wrote."""

import pytest
from dramatiq import Middleware
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import SkipMessage

from workers.emitting import Emitting


class Broker(Emitting, StubBroker):
    pass


class Noting(Middleware):
    def __init__(self, name, heard):
        self.name, self.heard = name, heard

    def before_enqueue(self, broker, message, delay):
        self.heard.append((self.name, "before", message, delay))

    def after_enqueue(self, broker, message, delay):
        self.heard.append((self.name, "after", message, delay))


class Failing(Middleware):
    def __init__(self, error):
        self.error = error

    def before_enqueue(self, broker, message, delay):
        raise self.error

    after_enqueue = before_enqueue


def test_hooks_go_inward_before_and_outward_after():
    heard = []
    broker = Broker([Noting("outer", heard), Middleware(), Noting("inner", heard)])

    broker.emit_before("enqueue", "job", 5)
    broker.emit_after("enqueue", "job", 5)

    assert [(name, when) for name, when, _, _ in heard] == [
        ("outer", "before"),
        ("inner", "before"),
        ("inner", "after"),
        ("outer", "after"),
    ]
    assert {(message, delay) for _, _, message, delay in heard} == {("job", 5)}


def test_middleware_added_later_is_heard_as_well():
    heard = []
    broker = Broker([])
    broker.emit_before("enqueue", "job", None)

    broker.add_middleware(Noting("late", heard))
    broker.emit_before("enqueue", "job", None)

    assert len(heard) == 1


def test_middleware_that_fails_is_logged_and_stops_nobody(caplog):
    heard = []
    broker = Broker([Failing(KeyError("x")), Noting("next", heard)])

    broker.emit_before("enqueue", "job", None)
    broker.emit_after("enqueue", "job", None)

    assert len(heard) == 2
    assert sum("Unexpected failure" in line for line in caplog.messages) == 2


def test_middleware_that_has_a_job_skipped_is_obeyed():
    broker = Broker([Failing(SkipMessage())])

    with pytest.raises(SkipMessage):
        broker.emit_before("enqueue", "job", None)
