"""Leads, rejections, jobs and the search, by a browser: what moves, what does not, and axe."""

import re

import pytest

from tests.browser.conftest import NARROW
from tests.live.conftest import people

_others = people(seed=44)


@pytest.fixture
def taken(service):
    """Send a lead as a form tool does; return its id."""

    def taken(somebody, **fields):
        answer = service.post(somebody | fields)
        assert answer.status_code == 202, answer.text
        return answer.json()["lead_id"]

    return taken


@pytest.fixture
def refused(service):
    """Send a request that lacks the last name."""

    def refused(somebody, **fields):
        answer = service.post({"first_name": "Refused", "phone": somebody["phone"]} | fields)
        assert answer.status_code == 422, answer.text

    return refused


def fits(page):
    """Say whether the page is no wider than the window."""
    return page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def test_new_lead_is_announced_and_no_row_moves(page, taken, somebody, service, axe, until):
    service.lead_reaches(taken(somebody), "joined")
    page.goto("/activity/leads")
    before = page.locator("tbody tr").all_inner_texts()

    taken(next(_others), first_name="Newcomer")
    page.get_by_text(re.compile("^[0-9]+ new leads?: show")).wait_for()

    assert "Newcomer" not in page.locator("tbody").inner_text()
    assert len(page.locator("tbody tr").all()) == len(before)
    axe(page, "leads")
    page.get_by_role("link", name="show", exact=True).click()
    page.locator("tbody").get_by_text("Newcomer").first.wait_for()


def test_filter_is_in_the_address_and_back_works(page, taken, somebody, service):
    service.lead_reaches(taken(somebody), "joined")
    page.goto("/activity/leads")

    page.get_by_label("Status").select_option("dropped")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**status=dropped**")
    page.go_back()

    assert "status=" not in page.url
    assert page.get_by_label("Status").input_value() == ""


def test_lead_tells_its_story_and_gives_its_consent_file(page, taken, somebody, service, axe):
    lead = taken(somebody)
    service.lead_reaches(lead, "joined")
    page.goto(f"/activity/leads/{lead}")
    axe(page, "lead")

    with page.expect_download() as download:
        page.get_by_role("link", name="Consent file").click()

    assert download.value.suggested_filename == f"consent-{lead}.json"
    page.get_by_text("Lead received").wait_for()


def test_slash_searches_and_the_answer_is_a_sentence(page, taken, somebody, service, axe):
    service.lead_reaches(taken(somebody), "joined")
    page.goto("/activity/jobs")

    page.keyboard.press("/")
    page.keyboard.type(somebody["phone"][-7:])
    page.keyboard.press("Enter")

    page.get_by_text("Waits in the opt-in queue").first.wait_for()
    axe(page, "search")
    assert page.url.endswith(f"/search?q={somebody['phone'][-7:]}")


def test_rejections_are_replayed_after_the_count_was_shown(page, refused, somebody, axe):
    refused(somebody)
    page.goto("/activity/rejections")
    axe(page, "rejections")

    page.get_by_role("button", name=re.compile("^Replay all")).click()
    dialog = page.get_by_role("dialog", name=re.compile("^Replay [0-9,]+ rejection"))
    dialog.get_by_role("button", name="Replay", exact=True).click()

    page.get_by_text(re.compile("[0-9]+ not done")).wait_for()
    axe(page, "job-ended")
    assert "last name" in page.locator("table").inner_text().lower()


def test_rejection_shows_its_body(page, refused, somebody, axe):
    refused(somebody, note="Hello there")
    page.goto("/activity/rejections")

    page.get_by_role("link", name="Refused: last name missing").first.click()
    page.get_by_role("heading", name="Body").wait_for()
    axe(page, "rejection")

    assert "Hello there" in page.locator("pre").inner_text()


def test_jobs_are_accessible(page, axe):
    page.goto("/activity/jobs")

    axe(page, "jobs")

    page.get_by_role("heading", name="Jobs").wait_for()


@pytest.mark.parametrize(
    "path", ["/activity/leads", "/activity/rejections", "/activity/jobs", "/search?q=a"]
)
def test_page_fits_a_phone_and_works_without_scripts(page, open_browser, path):
    signed_in = page.context.storage_state()
    plain = open_browser(signed_in, viewport=NARROW, java_script_enabled=False)

    plain.goto(path)
    page.set_viewport_size(NARROW)
    page.goto(path)

    plain.locator("h1").wait_for()
    assert fits(page)
