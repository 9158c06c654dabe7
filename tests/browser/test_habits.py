"""The habits of every page: keys, theme, polling, narrow screens, no JavaScript."""

import re

import pytest

from tests.browser.conftest import NARROW

HERE = "/settings/sign-ins"


@pytest.fixture
def plain_page(open_browser, _cookies):
    """The owner's browser with JavaScript off."""
    return open_browser(_cookies, java_script_enabled=False)


def test_question_mark_shows_the_keys_and_slash_goes_to_the_search(page, axe):
    page.goto(HERE)

    page.keyboard.press("?")
    axe(page, "keys")
    shown = page.get_by_role("dialog", name="Keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")

    assert shown
    assert page.evaluate("document.activeElement.id") == "find"


def test_g_and_a_letter_go_to_a_place(page):
    page.goto(HERE)

    page.keyboard.press("g")
    page.keyboard.press("q")

    page.wait_for_url("**/contacts/opt-in-queue")


def test_keys_never_fire_in_a_field(page):
    page.goto(HERE)
    page.get_by_role("searchbox").focus()

    page.keyboard.type("g q?/")

    assert page.get_by_role("searchbox").input_value() == "g q?/"
    assert page.get_by_role("dialog").count() == 0


def test_keys_can_be_switched_off(page):
    page.goto("/settings/account")
    page.get_by_label("Keys such as").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Your settings are changed.").wait_for()
    page.keyboard.press("?")
    silent = page.get_by_role("dialog").count() == 0

    page.get_by_label("Keys such as").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Your settings are changed.").wait_for()
    page.keyboard.press("?")

    assert silent
    page.get_by_role("dialog", name="Keys").wait_for()


def test_theme_is_switched_at_once_and_stays(page):
    page.goto(HERE)
    shade = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(shade)

    page.get_by_label("Light or dark").select_option("dark")
    dark = page.evaluate(shade)
    page.goto(HERE)
    kept = page.evaluate(shade)
    page.get_by_label("Light or dark").select_option("system")

    assert light != dark
    assert kept == dark


def test_skip_link_leads_past_the_navigation(page, tab_to):
    page.goto(HERE)

    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")

    assert first == "Skip to the content"
    assert page.evaluate("document.activeElement.id") == "content"


def test_menu_of_a_narrow_page_opens_and_nothing_is_cut_off(page):
    page.set_viewport_size(NARROW)
    page.goto(HERE)
    navigation = page.get_by_role("navigation", name="Places")
    hidden = not navigation.is_visible()

    page.get_by_role("button", name="Menu").click()

    assert hidden
    navigation.wait_for()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW["width"]


@pytest.mark.parametrize("place", ["account", "phone-numbers", "team", "api-keys", "audit"])
def test_no_page_of_settings_is_wider_than_a_phone(page, place):
    page.set_viewport_size(NARROW)

    page.goto(f"/settings/{place}")

    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_targets_are_large_enough_to_hit(page):
    page.goto(HERE)

    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, input, select')]
          .filter((each) => each.offsetParent !== null && !each.closest('p, .skip'))
          .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
          .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""
    )

    assert small == []


def test_rule_17_opt_in_queue_shows_up_by_itself_with_the_next_lead(page, service, somebody):
    service.post(somebody)
    page.goto(HERE)

    link = page.get_by_role("link", name=re.compile("Opt-in queue"))
    link.wait_for(timeout=30_000)

    assert link.get_by_text("waiting").count() == 1


COUNT_POLLS = """
  window.polls = 0;
  document.addEventListener('htmx:beforeRequest', () => { window.polls += 1; });
"""


def test_page_keeps_itself_up_to_date_but_not_in_a_dialog_or_a_field(page, until):
    def polls():
        return page.evaluate("window.polls")

    page.add_init_script(COUNT_POLLS)
    page.goto(HERE)
    until(polls)

    page.get_by_role("button", name="Sign out everywhere", exact=True).first.click()
    in_dialog = polls()
    page.wait_for_timeout(6_000)  # longer than the time between two
    after_dialog = polls()
    still_open = page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.get_by_role("searchbox").focus()
    in_field = polls()
    page.wait_for_timeout(6_000)
    after_field = polls()
    page.get_by_role("searchbox").blur()
    until(lambda: polls() > after_field)

    assert still_open
    assert in_dialog == after_dialog
    assert in_field == after_field


def test_essentials_work_without_javascript(plain_page):
    page = plain_page
    page.goto("/settings/api-keys")

    page.get_by_role("button", name="Make a key").click()
    page.get_by_label("What it is for").fill("without a script")
    page.get_by_role("button", name="Make the key").click()
    shown = page.locator("#secret").inner_text()
    row = page.get_by_role("row", name="without a script")
    row.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    still_there = row.is_visible()
    row.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()

    assert shown.startswith("oak_")
    assert still_there
    page.get_by_text("The key without a script is removed.").wait_for()
    assert row.count() == 0


def test_theme_is_chosen_without_javascript(plain_page):
    plain_page.goto(HERE)

    plain_page.get_by_label("Light or dark").select_option("dark")
    plain_page.get_by_role("button", name="Set").click()

    assert plain_page.locator("html[data-theme=dark]").count() == 1
    assert plain_page.url.endswith(HERE)


def test_every_answer_carries_the_headers_that_keep_others_out(page):
    answer = page.goto(HERE)

    headers = answer.all_headers()
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_console_stays_empty_and_every_file_is_there(page):
    missing = []
    page.on("response", lambda it: it.status >= 400 and missing.append(it.url))

    page.goto(HERE)

    assert page.evaluate("typeof htmx") == "object"
    assert page.evaluate("typeof Idiomorph") == "object"
    assert missing == []
