"""Bodies go after their time, rejections beyond their bound; what is younger stays."""

import pytest

from models import autocommit, retention
from workers.sweeps import SWEEPS


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch):
    given = {"lead_days": 10, "rejection_days": 3, "rejections": 2, "most": 100}
    monkeypatch.setattr("models.retention._SETTINGS", given)
    return given


def forget():
    with autocommit() as connection:
        return retention.forget(connection)


def trim():
    with autocommit() as connection:
        return SWEEPS["rejections beyond their bound"].run(connection)


AGED = {
    "leads": "UPDATE leads SET received_at = now() - make_interval(days => :days)",
    "lead_conflicts": (
        "UPDATE lead_conflicts SET received_at = now() - make_interval(days => :days)"
    ),
    "rejections": "UPDATE rejections SET received_at = now() - make_interval(days => :days)",
}


def age(story, table, days):
    story.change(AGED[table], days=days)


@pytest.mark.parametrize(("days", "is_kept"), [(9, True), (11, False)])
def test_rule_29_body_of_a_lead_goes_after_its_days_and_its_key_stays(story, days, is_kept):
    lead_id = story.post(lead_id="abc")
    age(story, "leads", days)

    forget()

    lead = story.lead(lead_id)
    assert (lead.body is not None) == is_kept
    assert lead.idem_key is not None
    assert story.answer(lead_id="abc").json == {"status": "duplicate", "lead_id": lead_id}


@pytest.mark.parametrize(("days", "is_kept"), [(9, True), (11, False)])
def test_body_of_a_conflict_goes_with_those_of_leads(story, days, is_kept):
    story.post(lead_id="abc")
    story.answer(lead_id="abc", phone="+12025550143")
    age(story, "lead_conflicts", days)

    forget()

    assert story.value("SELECT body IS NOT NULL FROM lead_conflicts") == is_kept


@pytest.mark.parametrize(("days", "is_kept"), [(2, True), (4, False)])
def test_rule_29_body_of_a_rejection_goes_after_its_days(story, days, is_kept):
    story.answer(phone="")
    age(story, "rejections", days)

    forget()

    assert story.value("SELECT body IS NOT NULL FROM rejections") == is_kept


def test_rule_29_rejections_are_bounded_and_the_newest_stay(story):
    for _ in range(5):
        story.answer(phone="")
    newest = story.value(
        "SELECT array_agg(id) FROM"
        " (SELECT id FROM rejections ORDER BY received_at DESC LIMIT 2) AS newest"
    )

    assert trim() == 3

    assert sorted(story.value("SELECT array_agg(id) FROM rejections")) == sorted(newest)
    assert trim() == 0


def test_rule_29_url_that_is_closed_is_bounded_as_well(story):
    story.change("UPDATE endpoint_tokens SET retired_at = now()")
    for _ in range(5):
        story.answer()

    assert trim() == 3

    assert story.value("SELECT count(*) FROM rejections") == 2
    assert story.value("SELECT hits FROM endpoint_tokens") == 5


def test_rejections_of_an_integration_that_is_sent_none_wait_for_the_rest(story):
    for _ in range(5):
        story.answer(phone="")
    age(story, "rejections", 1)

    assert [trim(), forget(), forget()] == [0, 3, 0]


def test_rejections_are_trimmed_far_more_often_than_bodies_are_forgotten():
    assert SWEEPS["rejections beyond their bound"].every_seconds <= 5


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_run_goes_on_in_chunks_until_nothing_is_left(story, small_bounds, most):
    small_bounds["most"] = most
    for number in range(5):
        story.answer(phone="")
        story.post(phone=f"+1202555014{number}")
    age(story, "leads", 11)

    assert (trim(), forget()) == (3, 5)

    assert (trim(), forget()) == (0, 0)


def test_run_whose_time_is_up_leaves_the_rest_to_the_next(story, small_bounds, monkeypatch):
    monkeypatch.setattr("models.retention.SECONDS", 0)
    small_bounds["most"] = 1
    for _ in range(5):
        story.answer(phone="")

    assert [trim(), trim(), trim(), trim()] == [1, 1, 1, 0]


def test_look_ups_go_after_90_days_and_answers_after_24_hours(story):
    story.change(
        "INSERT INTO lookups (phone, line_type, looked_up_at) VALUES"
        " ('+12025550142', 'mobile', now() - interval '91 days'),"
        " ('+12025550143', 'mobile', now() - interval '89 days')"
    )
    for key, hours in (("old", 25), ("new", 23)):
        story.change(
            "INSERT INTO answers (account_id, key, request_hash, created_at)"
            " VALUES (:account, :key, '', now() - make_interval(hours => :hours))",
            account=story.account,
            key=key,
            hours=hours,
        )

    assert forget() == 2

    assert story.value("SELECT array_agg(phone) FROM lookups") == ["+12025550143"]
    assert story.value("SELECT array_agg(key) FROM answers") == ["new"]
