"""The first page, by a browser: it keeps itself up to date, and alarms are released there."""

import re

import pytest


@pytest.fixture
def twilio_refuses(service):
    """Have Twilio refuse the whole account, until the test is over."""
    service.fault(mode="401", rate=1)
    yield
    service.fault(mode="ok")


def test_first_page_is_accessible(page, service, somebody, axe):
    service.lead_reaches(service.post(somebody).json()["lead_id"], "joined")
    service.post({"first_name": "Ana"})
    page.goto("/")

    axe(page, "home")

    page.get_by_role("heading", name="What needs a person now").wait_for()
    page.get_by_text(re.compile("rejected in the last 24 hours")).wait_for()


def test_table_behind_the_charts_has_every_hour(page):
    page.goto("/")

    page.get_by_text("The figures by the hour").click()

    assert page.get_by_role("row").count() == 25


def test_new_lead_shows_by_itself(page, service, somebody):
    page.goto("/")
    before = page.locator(".chart").first.inner_text()

    service.post(somebody)

    page.wait_for_function(
        "(before) => document.querySelector('.chart').innerText !== before", arg=before
    )


@pytest.mark.usefixtures("twilio_refuses")
def test_open_circuit_is_an_alarm_with_one_click_to_release(page, service, somebody, axe):
    lead = service.post(somebody).json()["lead_id"]
    page.goto("/")
    page.get_by_role("heading", name="Texts are stopped").wait_for(timeout=40_000)
    axe(page, "alarm")

    page.get_by_role("button", name="Release").click()
    page.get_by_text("Texts go again").wait_for()
    service.fault(mode="ok")

    service.lead_reaches(lead, "joined")


def test_keys_lead_to_the_integrations(page):
    page.goto("/")

    page.keyboard.press("g")
    page.keyboard.press("i")

    page.wait_for_url("**/integrations")
