"""Activity, leads: the list, one lead, and what an operator decides about it."""

import pytest

from tests.story import Story
from tests.web.pages.conftest import said
from workers.admin import run_job
from workers.leads import process_lead

HTMX = {"HX-Request": "true", "X-Poll": "1"}


@pytest.fixture
def story(app, owner):
    return Story(app.test_client(), owner.account_id)


def held(story):
    lead = story.post()
    story.switch("paused")
    process_lead(lead)
    return lead


def do_jobs(story):
    for job_id in story.value("SELECT array_agg(id::text) FROM jobs WHERE status = 'queued'"):
        run_job(job_id)


def test_empty_list_says_what_to_do_next(owner):
    assert "No lead has come in yet" in said(owner.get("/activity/leads"))


def test_lead_is_listed_with_where_it_is(owner, story, simulator):
    story.delivered()

    shown = said(owner.get("/activity/leads"))

    assert "Jane Doe" in shown
    assert "Waits in the opt-in queue" in shown


def test_list_is_filtered_by_status_and_name(owner, story):
    held(story)

    assert "Jane Doe" in said(owner.get("/activity/leads?status=held&q="))
    assert "Jane Doe" in said(owner.get("/activity/leads?status=&q=jan"))
    assert "No lead is like that" in said(owner.get("/activity/leads?status=joined"))
    assert "No lead is like that" in said(owner.get("/activity/leads?q=bob"))
    assert owner.get("/activity/leads?status=lost").status_code == 422


def test_poll_keeps_the_rows_and_counts_who_came_since(owner, story):
    first = story.post()
    shown = f"/activity/leads?status=received&shown={first}"
    story.post(phone="+1 202 555 0143", first_name="Bob")
    story.change(
        "UPDATE leads SET status = 'dropped', reason = 'late' WHERE id = :id", id=first
    )

    answer = owner.get(shown, headers=HTMX)

    assert "Jane Doe" in said(answer)
    assert "Dropped: late" in said(answer)
    assert "Bob" not in said(answer)
    assert "1 new lead: show" in said(answer)
    assert "<html" not in answer.text


def test_poll_with_ids_that_are_none_is_refused(owner):
    assert owner.get("/activity/leads?shown=1,2", headers=HTMX).status_code == 400


def test_one_lead_tells_its_story_and_what_was_sent(owner, story, simulator):
    lead = story.delivered()

    shown = said(owner.get(f"/activity/leads/{lead}"))

    for words in (
        "Jane Doe",
        "delivered",
        "Lead received: Jane Doe.",
        "Reply HELP",
        "+12025550142",
    ):
        assert words in shown
    assert "Try again" not in shown.partition("Timeline")[0].partition("Consent file")[0]


def test_held_lead_is_retried(owner, story):
    lead = held(story)
    story.switch("active")

    answer = owner.post(f"/activity/leads/{lead}/retry")
    do_jobs(story)

    assert answer.status_code == 303
    assert story.lead(lead).status == "received"
    assert "It is tried again now." in said(owner.get(f"/activity/leads/{lead}"))


def test_held_lead_is_discarded_by_name(owner, story):
    lead = held(story)

    owner.post(f"/activity/leads/{lead}/discard")
    do_jobs(story)

    assert "Dropped: discarded by Owner 1" in said(owner.get(f"/activity/leads/{lead}"))


def test_lead_that_waits_for_nobody_is_not_discarded(owner, story, simulator):
    lead = story.delivered()

    assert owner.post(f"/activity/leads/{lead}/discard").status_code == 409


def test_consent_file_is_the_one_of_the_api(owner, story, simulator):
    lead = story.delivered()

    answer = owner.get(f"/activity/leads/{lead}/consent")

    assert answer.json["lead_id"] == lead
    assert "attachment" in answer.headers["Content-Disposition"]


def test_leads_of_a_filter_are_exported_by_a_job(owner, story):
    story.post()
    story.post(first_name="Bob", phone="+1 202 555 0143")

    answer = owner.post("/activity/leads/export", {"q": "jane", "status": ""})
    for _ in range(3):
        run_job(answer.headers["Location"].rpartition("/")[2])

    job = answer.headers["Location"]
    assert "Download the file" in said(owner.get(job))
    written = owner.get(f"{job}/file").text
    assert "Jane" in written
    assert "Bob" not in written


def test_rule_30_stranger_sees_no_lead(stranger, owner, story):
    lead = held(story)

    for path in (f"/activity/leads/{lead}", f"/activity/leads/{lead}/consent"):
        assert stranger.get(path).status_code == 404
    for verb in ("retry", "discard"):
        assert stranger.post(f"/activity/leads/{lead}/{verb}").status_code == 404
    assert "Jane" not in stranger.get("/activity/leads").text
    assert "Jane" not in stranger.get(f"/activity/leads?shown={lead}", headers=HTMX).text
