"""Workflows, Integrations, by a browser: the switch, a new URL, the message, a test lead."""

import re

import pytest
import requests

LEAD = {"first_name": "Ana", "last_name": "Lee"}
TEMPLATE = "{brand}: hi {first_name}. Reply HELP for help, STOP to opt out."


@pytest.fixture(autouse=True)
def _as_it_was(service):
    """Leave an integration that is on, and the service's own idea of its URL, to others."""
    yield
    if service.api("GET", "/integration").status_code == 404:
        service.api("POST", "/integration", json={"name": "Form", "brand": "Example Co"})
    number = service.get("/phone-numbers")["items"][0]["id"]
    service.api("PATCH", f"/phone-numbers/{number}", json={"status": "approved"})
    service.api("PATCH", "/integration", json={"field_mapping": None})
    service.api("POST", "/integration/activate")
    service.endpoint_url = service.get("/integration")["endpoint_url"]


def status(service):
    return service.get("/integration")["status"]


def switch(page):
    return page.get_by_role("switch")


def dialog(page, words):
    return page.get_by_role("dialog", name=re.compile(words))


def test_rule_2_it_is_listed_with_switch_edit_and_delete(page, service, axe):
    page.goto("/integrations")

    axe(page, "integrations")

    mine = page.get_by_role("region", name="My integrations")
    assert switch(page).is_checked()
    mine.get_by_role("link", name="Edit").wait_for()
    mine.get_by_role("button", name="Delete").wait_for()
    mine.get_by_text("On.").wait_for()


def test_rule_3_off_asks_first_with_the_focus_on_cancel(page, service, axe):
    page.goto("/integrations")

    switch(page).click()
    asked = dialog(page, "Deactivate “")
    focused = page.evaluate("document.activeElement.textContent")
    words = asked.inner_text()
    axe(page, "deactivate")
    page.keyboard.press("Escape")

    assert focused == "Cancel"
    assert "no new lead is taken" in words
    assert "Nobody leaves the opt-in queue" in words
    assert not asked.is_visible()
    assert switch(page).is_checked()
    assert status(service) == "active"


def test_rule_3_deactivate_stands_before_the_page_is_back(page, service, somebody):
    page.goto("/integrations")

    switch(page).click()
    dialog(page, "Deactivate").get_by_role("button", name="Deactivate").click()
    page.get_by_text("no new lead is taken").first.wait_for()

    assert not switch(page).is_checked()
    assert service.post(somebody).status_code == 423


def test_rule_4_on_does_not_ask(page, service, somebody):
    service.api("POST", "/integration/deactivate")
    page.goto("/integrations")

    switch(page).click()
    page.get_by_text("is on: leads are taken").wait_for()

    assert not page.get_by_role("dialog").first.is_visible()
    assert switch(page).is_checked()
    assert service.post(somebody).status_code == 202


def test_rule_4_switch_goes_back_with_the_reason_when_it_is_refused(page, service):
    service.api("POST", "/integration/deactivate")
    number = service.get("/phone-numbers")["items"][0]["id"]
    service.api("PATCH", f"/phone-numbers/{number}", json={"status": "rejected"})
    page.goto("/integrations")

    switch(page).click()
    page.locator(".toast", has_text="approved").wait_for()
    page.problems.clear()  # htmx writes the refusal to the console

    assert not switch(page).is_checked()
    assert status(service) == "paused"


def test_rule_5_a_new_url_and_the_first_hit_on_the_old_one_shows_by_itself(
    page, service, somebody, axe
):
    old = service.get("/integration")["endpoint_url"]
    page.goto("/integrations/edit")

    page.get_by_role("button", name="Regenerate URL").click()
    asked = dialog(page, "Regenerate the URL")
    axe(page, "regenerate")
    asked.get_by_role("button", name="Regenerate", exact=True).click()
    page.wait_for_url("**/integrations/new-url")
    shown = page.locator("#endpoint-url").inner_text()
    axe(page, "new-url")

    assert shown == service.get("/integration")["endpoint_url"] != old
    assert service.post(somebody, url=old).status_code == 410
    page.get_by_text("The old URL was used 1 time since").wait_for()


def test_copy_says_that_it_has_copied(page, service):
    page.goto("/integrations")

    page.get_by_role("button", name="Copy the endpoint URL").click()
    page.locator("#live", has_text="Copied to the clipboard").wait_for(state="attached")
    page.get_by_label("Where is…?").focus()
    page.keyboard.press("Control+v")

    assert page.get_by_label("Where is…?").input_value() == service.endpoint_url


def test_rules_1_6_and_7_deleted_for_good_then_added_anew(page, service, somebody, until, axe):
    lead = service.post(somebody).json()["lead_id"]
    service.lead_reaches(lead, "joined")
    old = service.endpoint_url
    page.goto("/integrations")
    alone = page.get_by_text("+ Add opt-in API").count()

    page.get_by_role("button", name="Delete", exact=True).first.click()
    asked = dialog(page, "Delete “")
    words = asked.inner_text()
    asked.get_by_role("button", name="Delete").click()
    add = page.get_by_role("link", name="+ Add opt-in API")
    add.wait_for()
    axe(page, "no-integration")

    assert alone == 0
    assert "cannot be undone" in words
    assert requests.post(old, json=somebody, timeout=10).status_code == 410
    assert somebody["phone"] in {each["phone"] for each in service.queue()}
    add.click()
    axe(page, "add-integration")
    page.get_by_label("Name", exact=True).fill("Spring form")
    page.get_by_label("Brand").fill("Example Co")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/integrations/edit")
    page.get_by_role("heading", name="Spring form").wait_for()
    page.goto("/integrations")
    assert page.get_by_text("+ Add opt-in API").count() == 0


def test_rule_8_last_approved_number_stays_while_the_integration_is_on(page, service):
    page.goto("/settings/phone-numbers")

    page.get_by_role("button", name="Delete").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()

    page.locator("main").get_by_text("last approved number of an active integration").wait_for()
    assert [each["status"] for each in service.get("/phone-numbers")["items"]] == ["approved"]


def test_check_list_says_what_is_missing_and_asks_twilio(page, service):
    page.goto("/integrations")

    checks = page.locator(".checks")
    checks.get_by_text("Replies come to us").wait_for()
    checks.get_by_text("STOP is heard").wait_for()

    checks.get_by_text("Texts go out from").wait_for()
    checks.get_by_text("It says who, STOP and HELP.").wait_for()


def test_edit_page_is_accessible_and_previews_while_one_types(page, service, axe):
    page.goto("/integrations/edit")
    axe(page, "edit")

    page.get_by_label("Message", exact=True).fill(TEMPLATE + " ✓")
    page.locator("#preview .notice", has_text="UCS-2").wait_for()
    page.get_by_label("Message", exact=True).fill("{brand}: welcome, write HELP for help.")
    page.locator("#preview .notice", has_text="the word STOP").wait_for()

    assert "STOP" in service.get("/integration")["compliance_message"]


def test_what_cannot_be_saved_is_said_beside_its_field(page, service, axe):
    page.goto("/integrations/edit")

    page.get_by_label("Message", exact=True).fill("{brand}: welcome, write HELP for help.")
    page.get_by_label("Default region").fill("XX")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Not saved: 2 fields are not right yet.").wait_for()
    axe(page, "edit-wrong")

    assert page.get_by_label("Default region").get_attribute("aria-invalid") == "true"
    assert page.get_by_label("Default region").input_value() == "XX"
    assert service.get("/integration")["default_region"] == "US"


def test_settings_are_saved(page, service):
    page.goto("/integrations/edit")

    page.get_by_label("Duplicate window, in hours").fill("48")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved. It counts from the next lead on.").wait_for()

    assert service.get("/integration")["duplicate_window_hours"] == 48


def test_test_lead_is_followed_to_its_end(page, service, somebody, axe):
    page.goto("/integrations/edit")

    page.get_by_label("Your phone number").fill(somebody["phone"])
    page.get_by_role("button", name="Send test lead").click()
    page.get_by_text("It went all the way").wait_for()
    axe(page, "test-lead")

    assert len(service.texts(somebody["phone"])) == 1


def test_mapping_is_tried_while_one_types(page, service, somebody, axe):
    odd = dict(zip(("q1", "q2", "q3"), somebody.values(), strict=True))
    assert service.post(odd).status_code == 422
    page.goto("/integrations/mapping")
    axe(page, "mapping")

    for label, path in (("First name", "q1"), ("Last name", "q2"), ("Phone number", "q3")):
        page.get_by_label(label, exact=True).fill(path)
    row = page.locator("#previews tbody tr").first
    row.get_by_text(somebody["first_name"], exact=True).wait_for()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Rejections can be replayed with it").wait_for()

    assert service.post(odd).status_code == 202


def test_signing_page_is_accessible(page, axe):
    page.goto("/integrations/signing")
    axe(page, "signing")

    page.get_by_role("button", name="Make a secret").click()

    dialog(page, "Make a signing secret").wait_for()


@pytest.fixture
def signed_in(page):
    """The cookies of the owner, for a browser of another kind."""
    return page.context.storage_state()


def test_without_javascript_it_is_switched_off_and_on(open_browser, signed_in, service):
    page = open_browser(signed_in, java_script_enabled=False)
    page.goto("/integrations")

    page.get_by_role("button", name="Turn off").click()
    page.get_by_role("button", name="Deactivate").click()
    page.get_by_role("button", name="Turn on").wait_for()
    off = status(service)
    page.get_by_role("button", name="Turn on").click()
    page.get_by_role("button", name="Turn off").wait_for()

    assert off == "paused"
    assert status(service) == "active"
    page.goto("/integrations/inbound-url")  # the link stands there while Twilio is not asked
    page.get_by_text("STOP is heard").wait_for()


@pytest.mark.parametrize(
    "path", ["/", "/integrations", "/integrations/edit", "/integrations/mapping"]
)
def test_pages_fit_a_phone(open_browser, signed_in, path):
    page = open_browser(signed_in, viewport={"width": 390, "height": 800})

    page.goto(path)

    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
