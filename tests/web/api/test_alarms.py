"""Alarms and circuits over the API: seen by their account alone, released by owners alone."""

import pytest

from models import Circuit, transaction
from models.alarms import AlarmKind, Finding, settle
from models.circuits import ACCOUNT, number_scope


@pytest.fixture
def alarm(account):
    """Open an alarm of the account's own."""
    found = Finding(AlarmKind.SILENCE, "form", "No lead has come.", account_id=account)
    with transaction() as session:
        settle(session, [AlarmKind.SILENCE], [found])


def close():
    with transaction() as session:
        settle(session, [AlarmKind.SILENCE], [])


def trip(scope):
    with transaction() as session:
        Circuit.open(session, scope, 20003, "Twilio takes no texts from us (20003)", 30)


def details(answer):
    return [(item["kind"], item["detail"]) for item in answer.json["items"]]


def test_open_alarms_are_listed_and_closed_ones_on_demand(api, alarm):
    assert details(api.get("/alarms")) == [("silence", "No lead has come.")]

    close()

    assert details(api.get("/alarms")) == []
    assert details(api.get("/alarms?status=closed")) == [("silence", "No lead has come.")]
    assert details(api.get("/alarms?status=all")) == [("silence", "No lead has come.")]
    assert api.get("/alarms?status=some").status_code == 422


def test_alarm_is_acknowledged_by_name_and_stays_open(api, alarm):
    alarm_id = api.get("/alarms").json["items"][0]["id"]

    first = api.post(f"/alarms/{alarm_id}/acknowledge")
    again = api.post(f"/alarms/{alarm_id}/acknowledge")

    assert (first.status_code, first.json["acknowledged_by"]) == (200, "Owner 1")
    assert again.json == first.json
    assert api.get("/alarms").json["items"] == [first.json]


def test_alarm_of_another_account_is_not_there(alarm, api, make_somebody):
    alarm_id = api.get("/alarms").json["items"][0]["id"]
    stranger = make_somebody()

    assert stranger.get("/alarms").json["items"] == []
    assert stranger.post(f"/alarms/{alarm_id}/acknowledge").status_code == 404
    assert api.get("/alarms").json["items"][0]["acknowledged_at"] is None


def test_circuit_is_released_by_an_owner(api, make_somebody):
    trip(ACCOUNT)
    member = make_somebody(api.account_id, role="member")

    assert [item["scope"] for item in member.get("/circuits").json["items"]] == ["account"]
    assert member.post("/circuits/account/release").status_code == 403
    released = api.post("/circuits/account/release")

    assert (released.status_code, released.json["closed_at"] is None) == (200, False)
    assert api.get("/circuits").json["items"] == []
    assert api.post("/circuits/account/release").status_code == 404


def test_circuit_of_a_number_is_its_account_s_affair(api, story, make_somebody):
    trip(number_scope("+12025550100"))
    stranger = make_somebody()

    assert stranger.get("/circuits").json["items"] == []
    assert stranger.post("/circuits/number:+12025550100/release").status_code == 404
    assert api.post("/circuits/number:+12025550100/release").status_code == 200
