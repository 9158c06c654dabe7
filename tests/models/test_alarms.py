"""Alarms open once, stay while their cause is found, close when it is not, and are counted."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models import Actor, Alarm, AlarmKind, autocommit, transaction
from models.alarms import Finding, open_counts, record_past, settle
from models.retention import forget

CLOCK = Finding(AlarmKind.CLOCK, "clock", "Nothing is swept.")


def look(*found, kinds=(AlarmKind.CLOCK,)):
    with transaction() as session:
        return settle(session, kinds, found)


@pytest.fixture
def alarms(account):
    def alarms():
        with transaction() as session:
            return session.scalars(select(Alarm).order_by(Alarm.opened_at)).all()

    return alarms


def test_what_is_new_is_told_once(alarms):
    first, second = look(CLOCK), look(CLOCK)

    assert (first, second) == ([CLOCK], [])
    assert len(alarms()) == 1


def test_what_is_over_is_closed_and_opens_anew_the_next_time(alarms):
    look(CLOCK)
    look()
    closed = alarms()[0].closed_at
    again = look(CLOCK)

    assert closed is not None
    assert again == [CLOCK]
    assert [alarm.closed_at is None for alarm in alarms()] == [False, True]


def test_kind_that_could_not_be_looked_at_stays_open(alarms):
    look(CLOCK)

    look(kinds=(AlarmKind.REDIS_AWAY,))

    assert alarms()[0].closed_at is None


def test_unripe_finding_opens_nothing_and_closes_nothing(alarms):
    unripe = Finding(AlarmKind.CLOCK, "clock", "Nothing is swept.", is_ripe=False)

    look(unripe)
    assert alarms() == []
    look(CLOCK)
    look(unripe)
    assert alarms()[0].closed_at is None


def test_detail_follows_what_is_found(alarms):
    look(CLOCK)

    look(Finding(AlarmKind.CLOCK, "clock", "The clock rings in vain."))

    assert [alarm.detail for alarm in alarms()] == ["The clock rings in vain."]


def test_what_concerns_the_service_is_in_every_account_and_counted_once(
    alarms, account, make_somebody
):
    other = make_somebody()

    opened = look(CLOCK)

    assert opened == [CLOCK]
    assert {alarm.account_id for alarm in alarms()} == {account, other.account_id}
    with transaction() as session:
        assert open_counts(session)["clock"] == 1


def test_what_concerns_one_account_is_not_in_another(alarms, account, make_somebody):
    make_somebody()
    silence = Finding(AlarmKind.SILENCE, "form", "No lead has come.", account_id=account)

    look(silence, kinds=(AlarmKind.SILENCE,))

    assert [alarm.account_id for alarm in alarms()] == [account]


def test_every_kind_is_counted_also_when_nothing_is_wrong(account):
    with transaction() as session:
        counts = open_counts(session)

    assert counts == {kind.value: 0 for kind in AlarmKind}


def test_what_is_over_already_is_written_down_once(alarms):
    began = datetime.now(UTC) - timedelta(minutes=4)
    past = Finding(AlarmKind.POSTGRES_AWAY, "postgres", "It was away.", since=began)

    for _ in range(2):
        with transaction() as session:
            record_past(session, past)

    (alarm,) = alarms()
    assert (alarm.opened_at, alarm.closed_at > began) == (began, True)


def test_first_to_acknowledge_counts(alarms):
    look(CLOCK)

    for name in ("Ana", "Olga"):
        with transaction() as session:
            session.scalars(select(Alarm)).one().acknowledge(session, Actor(name=name))

    assert alarms()[0].acknowledged_by == "Ana"


def test_alarms_that_closed_long_ago_are_forgotten(alarms):
    look(CLOCK)
    look()
    with transaction() as session:
        session.scalars(select(Alarm)).one().closed_at = datetime.now(UTC) - timedelta(days=400)
    look(CLOCK)

    with autocommit() as connection:
        forget(connection)

    assert [alarm.closed_at for alarm in alarms()] == [None]
