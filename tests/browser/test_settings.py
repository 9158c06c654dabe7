"""Settings by a browser: every page looked at, and what is shown once."""

import re

import pytest

from tests.browser.conftest import sign_in

PAGES = ["account", "phone-numbers", "team", "api-keys", "sign-ins", "audit"]


@pytest.mark.parametrize("place", PAGES)
def test_axe_finds_nothing_on_a_page_of_settings(page, axe, place):
    page.goto(f"/settings/{place}")

    axe(page)

    assert page.get_by_role("heading", level=1).count() == 1


def test_axe_finds_nothing_on_a_page_of_mistakes(page, axe):
    page.goto("/settings/phone-numbers")
    page.get_by_label("Number", exact=True).fill("12")
    page.get_by_role("button", name="Register").click()

    axe(page, "settings-mistake")

    assert page.get_by_label("Number", exact=True).get_attribute("aria-invalid") == "true"


def test_axe_finds_nothing_on_an_address_that_is_not_there(page, axe):
    page.goto("/nowhere")

    axe(page, "nowhere")

    page.get_by_role("navigation", name="Places").wait_for()


def test_invited_person_joins_by_the_link_that_is_shown_once(page, stranger_page, axe):
    page.goto("/settings/team")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("For whom").fill("Bo")
    axe(page, "settings-team-dialog")
    page.get_by_role("button", name="Make the link").click()
    link = page.locator("#link").inner_text()
    axe(page, "settings-team-link")

    stranger_page.goto(link)
    axe(stranger_page, "invitation")
    stranger_page.get_by_label("Your name").fill("Bo")
    stranger_page.get_by_label("Your e-mail").fill("bo@example.com")
    stranger_page.get_by_label("Password").fill("a staple of correct horses")
    stranger_page.get_by_role("button", name="Join").click()
    sign_in(stranger_page, "bo@example.com", "a staple of correct horses")
    stranger_page.goto("/settings/team")

    stranger_page.get_by_role("row", name=re.compile("Bo.*member")).wait_for()
    assert stranger_page.get_by_role("button", name="Remove").count() == 0


def test_copy_button_says_so_and_works_on_plain_http(page):
    # What a browser offers on plain HTTP: no clipboard, no secure context.
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "Object.defineProperty(window, 'isSecureContext', {value: false});"
    )
    page.goto("/settings/api-keys")
    page.get_by_role("button", name="Make a key").click()
    page.get_by_label("What it is for").fill("script")
    page.get_by_role("button", name="Make the key").click()
    secret = page.locator("#secret").inner_text()

    page.get_by_role("button", name="Copy the key").click()
    page.locator("#live", has_text="Copied to the clipboard").wait_for(state="attached")
    search = page.get_by_role("searchbox")
    search.focus()
    page.keyboard.press("Control+V")

    assert secret.startswith("oak_")
    assert search.input_value() == secret


def test_removing_a_key_asks_first_with_the_focus_on_cancel(page):
    page.goto("/settings/api-keys")

    page.get_by_role("button", name="Remove").first.click()
    focused = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Escape")

    assert focused == "Cancel"
    assert page.get_by_role("dialog").count() == 0


def test_rule_8_refusal_of_the_last_approved_number_says_what_to_do(page):
    page.goto("/settings/phone-numbers")

    page.get_by_role("button", name="Withdraw approval").first.click()

    assert "approved" in page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="To the overview").wait_for()
