"""The first page: what waits for a person, the alarms, the last 24 hours."""

import pytest

from models import Alarm, AlarmKind, Circuit, transaction
from models.alarms import Finding, settle
from models.circuits import ACCOUNT
from tests.web.pages.conftest import said
from workers.alarms import KINDS, open_circuits


@pytest.fixture
def account(owner):
    """The `story` of these tests is that of the owner's account."""
    return owner.account_id


@pytest.fixture
def alarm(owner):
    """Open an alarm of the owner's account; return its row."""
    found = Finding(AlarmKind.SILENCE, "form", "No lead has come.", owner.account_id)
    with transaction() as session:
        settle(session, [AlarmKind.SILENCE], [found])
        return Alarm.open_of(session, owner.account_id)[0]


def test_new_account_is_told_what_to_do_first(owner):
    assert "+ Add opt-in API" in said(owner.get("/"))


def test_quiet_account_needs_nobody(owner, story):
    assert "Nothing. No alarm either." in said(owner.get("/"))


def test_what_waits_for_a_person_is_counted_and_leads_there(owner, story, simulator):
    story.client.post(story.path, json={"first_name": "Jane"})
    story.post()
    story.change("UPDATE leads SET status = 'needs_attention'")

    page = owner.get("/")

    words = said(page)
    assert "1 lead needs attention" in words
    assert "1 request was rejected" in words
    assert 'href="/activity/leads?status=needs_attention"' in page.text


def test_last_day_is_told_by_the_hour(owner, story, simulator):
    story.delivered()

    page = owner.get("/")

    words = said(page)
    assert "1 Leads" in words
    assert "1 Texts delivered" in words
    assert "0 Texts not delivered" in words
    assert page.text.count("<rect") == 2
    assert page.text.count('<th scope="row">') == 24


def test_alarm_is_seen_by_name_and_stays(owner, alarm):
    before = said(owner.get("/"))

    owner.post(f"/alarms/{alarm.id}/acknowledge")

    after = said(owner.get("/"))
    assert "Silence" in before
    assert "No lead has come." in before
    assert f"Seen by {owner.name}" in after


def test_alarm_of_another_account_is_not_there(owner, alarm, stranger):
    assert "Silence" not in said(stranger.get("/"))
    assert stranger.post(f"/alarms/{alarm.id}/acknowledge").status_code == 404


def trip():
    """Open the circuit of the account, and the alarm of it."""
    with transaction() as session:
        Circuit.open(session, ACCOUNT, 20003, "Twilio takes no texts from us (20003)", 30)
        settle(session, KINDS, open_circuits(session))


def test_circuit_is_released_with_one_click_by_an_owner(owner, member, story):
    trip()

    assert "Release" not in said(member.get("/"))
    assert member.post("/circuits/account/release").status_code == 403
    assert "Release" in said(owner.get("/"))
    live = owner.post("/circuits/account/release", headers={"HX-Request": "true"})

    assert live.text.lstrip().startswith('<div id="home"')
    assert "Release" not in said(owner.get("/"))


def test_poll_answers_with_the_part_alone(owner, story):
    answer = owner.get("/", headers={"HX-Request": "true", "X-Poll": "1"})

    assert answer.text.lstrip().startswith('<div id="home"')
    assert "<html" not in answer.text
