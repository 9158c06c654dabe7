"""Texts an hour to numbers that begin alike, outside the default region: capped and held.

Canadian numbers stand for all others: they have 555-01xx as well.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

import config
from models import transaction
from models.prefix_caps import PREFIX_CAP
from senders.prefix import capped_prefix
from workers.admin import run_job
from workers.leads import process_lead, send_text


@pytest.fixture
def abroad(story, monkeypatch):
    """A story that takes Canadian numbers too, two an hour for each prefix."""
    story.change("UPDATE integrations SET allowed_countries = '{US,CA}', parse_version = 2")
    monkeypatch.setattr(config, "PREFIX_CAP_HOURLY", 2)
    return story


def toronto(number):
    return f"+1 416 555 01{number:02}"


def statuses(story, lead_ids):
    return [(story.lead(each).status.value, story.lead(each).reason) for each in lead_ids]


TEXTING, HELD = ("texting", None), ("held", "prefix cap")


@pytest.mark.parametrize(
    ("phone", "region", "prefix"),
    [
        ("+12025550142", "US", None),
        ("+14165550142", "US", "+1416"),
        ("+12025550142", "CA", "+1202"),
        ("+61491570156", "US", "+61491"),
        ("+61491570156", "AU", None),
    ],
)
def test_prefix_is_the_country_and_three_digits_outside_the_region(phone, region, prefix):
    assert capped_prefix(phone, region) == prefix


def test_lead_over_the_cap_is_accepted_and_held(abroad, simulator):
    leads = [abroad.texted(phone=toronto(n)) for n in range(3)]  # each is answered 202

    assert statuses(abroad, leads) == [TEXTING, TEXTING, HELD]
    assert len(simulator.texts()) == 2
    assert abroad.timeline(leads[2]) == ["held", "prefix_cap"]
    assert "+1416" in abroad.value(
        "SELECT text FROM timeline WHERE kind = 'prefix_cap' AND lead_id = :id", id=leads[2]
    )


def test_held_lead_shows_its_reason_in_the_api(abroad, simulator, api):
    for n in range(3):
        abroad.texted(phone=toronto(n))

    [held] = api.get("/leads?status=held").json["items"]

    assert (held["reason"], held["text"]["status"]) == (PREFIX_CAP, "ready")
    assert api.get("/integration").json["counts"]["held"] == 1


def test_other_prefixes_have_room_of_their_own(abroad, simulator):
    for n in range(3):
        abroad.texted(phone=toronto(n))

    abroad.texted(phone="+1 604 555 0142")

    assert "+16045550142" in [text["to"] for text in simulator.texts()]


def test_numbers_of_the_default_region_are_not_capped(abroad, simulator):
    for n in range(4):
        abroad.texted(phone=f"+1 202 555 012{n}")

    assert len(simulator.texts()) == 4
    assert abroad.value("SELECT count(*) FROM attempts WHERE prefix IS NOT NULL") == 0


def test_cap_of_zero_is_none(abroad, simulator, monkeypatch):
    monkeypatch.setattr(config, "PREFIX_CAP_HOURLY", 0)

    for n in range(4):
        abroad.texted(phone=toronto(n))

    assert len(simulator.texts()) == 4


def test_texts_count_for_an_hour(abroad, simulator):
    for n in range(2):
        abroad.texted(phone=toronto(n))
    abroad.change("UPDATE attempts SET started_at = started_at - interval '59 minutes'")
    within = abroad.texted(phone=toronto(2))
    abroad.change("UPDATE attempts SET started_at = started_at - interval '2 minutes'")
    after = abroad.texted(phone=toronto(3))

    assert statuses(abroad, [within, after]) == [HELD, TEXTING]


def test_attempt_that_certainly_was_not_sent_takes_no_room(abroad, simulator):
    simulator.fault(mode="429")
    refused = [abroad.texted(phone=toronto(n)) for n in range(3)]
    simulator.fault(mode="ok")
    abroad.change("UPDATE deliveries SET due_at = now()")

    for lead_id in refused:
        send_text(lead_id)

    assert len(simulator.texts()) == 2
    assert statuses(abroad, refused) == [TEXTING, TEXTING, HELD]


def test_text_that_may_have_left_takes_its_room(abroad, simulator):
    simulator.fault(mode="accept_then_500")
    unknown = [abroad.texted(phone=toronto(n)) for n in range(2)]
    simulator.fault(mode="ok")

    third = abroad.texted(phone=toronto(2))

    assert {abroad.delivery(each).status for each in unknown} == {"unknown"}
    assert statuses(abroad, [third]) == [HELD]


def test_cap_is_exact_when_many_jobs_reach_it_at_once(abroad, simulator, monkeypatch):
    monkeypatch.setattr(config, "PREFIX_CAP_HOURLY", 5)
    leads = [abroad.post(phone=toronto(n)) for n in range(16)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(process_lead, leads))
    for lead_id in leads:  # those that were handed to the sms queue for want of a slot
        send_text(lead_id)

    found = statuses(abroad, leads)
    assert len(simulator.texts()) == 5
    assert (found.count(TEXTING), found.count(HELD)) == (5, 11)


def test_another_account_has_room_of_its_own(abroad, simulator, make_somebody, client):
    from tests.story import Story  # noqa: PLC0415

    for n in range(3):
        abroad.texted(phone=toronto(n))
    other = Story(client, make_somebody(role="member").account_id)
    other.change("UPDATE integrations SET allowed_countries = '{US,CA}'")

    lead_id = other.texted(phone=toronto(3))

    assert statuses(other, [lead_id]) == [TEXTING]


def test_operator_lets_a_held_lead_go_whatever_the_cap_says(abroad, simulator, api):
    held = [abroad.texted(phone=toronto(n)) for n in range(3)][2]

    job = api.post(f"/leads/{held}/retry").json["job"]
    run_job(job["id"])
    send_text(held)

    assert statuses(abroad, [held]) == [TEXTING]
    assert len(simulator.texts(to="+14165550102")) == 1
    assert abroad.timeline(held) == ["held", "prefix_cap", "retried", "texted"]


def test_operator_discards_a_held_lead(abroad, simulator, api):
    held = [abroad.texted(phone=toronto(n)) for n in range(3)][2]

    run_job(api.post(f"/leads/{held}/discard").json["job"]["id"])

    assert abroad.stands(held)[:2] == ("canceled", "dropped")
    assert len(simulator.texts()) == 2


def test_switch_does_not_let_a_capped_lead_go(abroad, simulator, api):
    held = [abroad.texted(phone=toronto(n)) for n in range(3)][2]
    abroad.change("UPDATE attempts SET started_at = started_at - interval '2 hours'")

    api.post("/integration/deactivate")
    run_job(api.post("/integration/activate").json["job"]["id"])
    send_text(held)

    assert statuses(abroad, [held]) == [HELD]


def test_counting_is_served_by_its_index(abroad, simulator):
    from sqlalchemy import text  # noqa: PLC0415

    with transaction() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(
            session.scalars(
                text("""
                    EXPLAIN SELECT count(*) FROM attempts a
                    WHERE a.prefix = '+1416' AND a.started_at > now() - interval '1 hour'
                      AND (a.outcome IS NULL OR a.outcome NOT IN ('not sent', 'halted'))
                """)
            )
        )

    assert "ix_attempts_prefix" in plan
