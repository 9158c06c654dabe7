"""The sweep of alarms: a circuit becomes an alarm of whoever waits behind it, said once."""

import logging

import pytest

from models import Alarm, Circuit, transaction
from models.circuits import ACCOUNT, number_scope
from tests.story import OURS
from workers import clock
from workers.sweeps import sweep


@pytest.fixture(autouse=True)
def known(app):
    clock.make_known()


def trip(scope):
    with transaction() as session:
        Circuit.open(session, scope, 20003, "Twilio takes no texts from us (20003)", 30)


def open_alarms(account):
    with transaction() as session:
        return [(str(alarm.kind), alarm.subject) for alarm in Alarm.open_of(session, account)]


def test_open_circuit_alarms_every_account_and_the_log_once(story, make_somebody, caplog):
    other = make_somebody()
    trip(ACCOUNT)

    with caplog.at_level(logging.ERROR, "workers.alarms"):
        sweep("alarms")
        sweep("alarms")

    assert open_alarms(story.account) == [("circuit", "account")]
    assert open_alarms(other.account_id) == [("circuit", "account")]
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_circuit_of_a_number_alarms_the_account_that_has_it(story, make_somebody):
    other = make_somebody()
    trip(number_scope(OURS))

    sweep("alarms")

    assert open_alarms(story.account) == [("circuit", number_scope(OURS))]
    assert open_alarms(other.account_id) == []


def test_alarm_closes_with_its_circuit(story):
    trip(ACCOUNT)
    sweep("alarms")
    with transaction() as session:
        assert Circuit.released(session, story.account, ACCOUNT)

    sweep("alarms")

    assert open_alarms(story.account) == []
