"""The opt-in queue and the lists of contacts by real browsers: the habits of a day's triage."""

import re
from itertools import islice

import pytest

from tests.browser.conftest import NARROW
from tests.live.conftest import people, until

PAGE = "/contacts/opt-in-queue"

_everybody = people(seed=55)
_families = (f"Zq{letter}{other}" for letter in "bcdfghklmn" for other in "aeiouy")


@pytest.fixture(scope="session")
def bring(service):
    """Bring people of one last name, whom no other test has, into the opt-in queue."""

    def bring(many, name=None):
        name = name or next(_families)
        before = len(waiting(service, name))
        service.post_all([each | {"last_name": name} for each in islice(_everybody, many)])
        until(lambda: len(waiting(service, name)) == before + many, 90)
        return name

    return bring


@pytest.fixture(scope="session")
def crowd(bring):
    """More people than a page and than a deletion may have unasked; nobody moves them."""
    return bring(105)


def waiting(service, name):
    return service.everything(f"/contacts?folder=opt-in-queue&q={name}")


def open_queue(page, name):
    page.goto(f"{PAGE}?q={name}")
    page.get_by_role("heading", name="Opt-in queue").wait_for()


def rows(page):
    return page.locator("[data-row]")


def boxes(page):
    return page.locator("[data-select]")


def chosen(page):
    return page.locator("[data-chosen]").inner_text()


def answer_move(page, group):
    page.get_by_role("dialog").get_by_label(re.compile("new group", re.IGNORECASE)).fill(group)
    page.get_by_role("button", name="Move", exact=True).click()


def test_shift_and_click_selects_a_range(page, bring):
    open_queue(page, bring(5))

    boxes(page).nth(1).click()
    boxes(page).nth(3).click(modifiers=["Shift"])

    marked = [boxes(page).nth(at).is_checked() for at in range(5)]
    assert marked == [False, True, True, True, False]
    assert chosen(page) == "3 selected"


def test_selection_survives_paging_and_is_forgotten_when_the_filter_changes(page, crowd):
    open_queue(page, crowd)
    boxes(page).nth(0).check()
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**cursor=**")
    boxes(page).nth(0).check()

    on_second = chosen(page)
    page.go_back()
    on_first = boxes(page).nth(0).is_checked()
    page.goto(f"{PAGE}?q={crowd}&landline=false")
    after_filter = chosen(page)

    assert on_second == "2 selected, 1 on other pages"
    assert on_first
    assert after_filter == "Nobody selected"


def test_page_and_then_everybody_who_matches_is_selected(page, crowd):
    open_queue(page, crowd)

    page.get_by_label("This page").check()
    first = chosen(page)
    page.get_by_role("button", name="Select all matching").click()
    page.locator("[data-chosen]", has_text="All 105 matching selected").wait_for()
    page.get_by_role("button", name="Move to group").click()
    page.get_by_role("heading", name="Move 105 contacts to a group").wait_for()

    assert first == "50 selected"


def test_more_than_a_hundred_are_deleted_only_after_typing_how_many(page, bring, service):
    name = bring(101)
    open_queue(page, name)
    page.get_by_label("This page").check()
    page.get_by_role("button", name="Select all matching").click()
    page.locator("[data-chosen]", has_text="All 101 matching selected").wait_for()
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type 101 to confirm").fill("100")
    dialog.get_by_role("button", name="Delete").click()
    page.get_by_role("alert").wait_for()
    refused = len(waiting(service, name))

    page.get_by_label("Type 101 to confirm").fill("101")
    dialog.get_by_role("button", name="Delete").click()
    page.get_by_text("101 deleted", exact=True).wait_for()

    assert refused == 101
    assert waiting(service, name) == []


def test_destructive_question_begins_on_cancel_and_esc_leaves_it(page, bring):
    open_queue(page, bring(1))
    boxes(page).nth(0).check()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").wait_for()

    focused = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Escape")

    assert focused == "Cancel"
    assert page.get_by_role("dialog").count() == 0
    assert chosen(page) == "1 selected"


def test_rule_19_move_to_a_new_group_tells_how_many_and_is_undone(page, bring, service):
    name = bring(3)
    open_queue(page, name)
    page.get_by_label("This page").check()
    page.get_by_role("button", name="Move to group").click()
    answer_move(page, f"Group of {name}")
    page.get_by_text(f"3 moved to Group of {name}", exact=True).wait_for()
    page.get_by_text("Nobody matches").wait_for()
    moved = waiting(service, name)

    page.get_by_role("button", name="Undo").click()
    page.get_by_text("3 put back", exact=True).wait_for()
    page.locator("[data-row]").nth(2).wait_for()

    assert moved == []
    assert len(waiting(service, name)) == 3


def test_label_and_favorite_are_set_without_leaving_the_list(page, bring):
    name = bring(2)
    open_queue(page, name)
    page.get_by_role("button", name=re.compile("^Favorite: ")).nth(0).click()
    page.locator("[aria-pressed=true]").wait_for()
    boxes(page).nth(0).check()
    page.get_by_role("button", name="Label", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(re.compile("new label", re.IGNORECASE)).fill(f"Label of {name}")
    dialog.get_by_role("button", name="Add label").click()

    page.locator(".label", has_text=f"Label of {name}").wait_for()
    page.reload()

    assert page.locator(".label", has_text=f"Label of {name}").count() == 1
    assert page.locator("[aria-pressed=true]").count() == 1


def test_search_sort_and_page_are_in_the_address_and_back_works(page, crowd):
    page.goto(PAGE)
    page.get_by_label("Search here").fill(crowd)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**q={crowd}**")
    page.get_by_label("Sort").select_option("oldest")
    page.wait_for_url("**sort=oldest**")
    first = rows(page).nth(0).inner_text()
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**cursor=**")

    page.go_back()
    back = rows(page).nth(0).inner_text()
    page.go_back()
    page.wait_for_url(lambda url: "sort=oldest" not in url)

    assert back == first
    assert page.get_by_label("Sort").input_value() == "newest"
    assert f"q={crowd}" in page.url


def test_two_browsers_what_one_moves_the_other_sees_with_the_name(
    page, second_page, bring, service
):
    name = bring(3)
    open_queue(second_page, name)
    open_queue(page, name)
    order = [rows(page).nth(at).get_attribute("id") for at in range(3)]
    boxes(second_page).nth(1).check()
    second_page.get_by_role("button", name="Move to group").click()
    answer_move(second_page, f"Group of {name}")

    left = page.locator(f"#{order[1]}.gone")
    left.wait_for()

    assert re.search(rf"Moved to Group of {name} by \w+", left.inner_text())
    every = page.locator(".contacts tbody tr")
    assert [every.nth(at).get_attribute("id") for at in range(3)] == order


def test_new_leads_are_told_and_shown_only_when_asked_for(page, bring):
    name = bring(2)
    open_queue(page, name)
    before = rows(page).nth(0).get_attribute("id")
    at = rows(page).nth(0).bounding_box()
    bring(2, name)

    page.get_by_text("2 new leads:").wait_for()
    still = rows(page).nth(0).get_attribute("id")
    page.get_by_role("link", name="show").click()
    until(lambda: rows(page).count() == 4)

    assert at is not None
    assert still == before


def test_nothing_jumps_under_the_pointer_and_a_dialog_survives_polling(page, bring):
    name = bring(2)
    open_queue(page, name)
    boxes(page).nth(0).check()
    page.get_by_role("button", name="Move to group").click()
    field = page.get_by_role("dialog").get_by_label(re.compile("new group", re.IGNORECASE))
    field.fill("Half a na")
    bring(1, name)
    page.evaluate("window.polls = 0; document.addEventListener('poll', () => window.polls++)")

    page.wait_for_timeout(6_000)  # longer than two polls are apart

    assert field.input_value() == "Half a na"
    assert page.evaluate("window.polls") == 0
    assert chosen(page) == "1 selected"
    assert page.get_by_text("1 new lead:").count() == 0


def test_keyboard_alone_leads_from_sign_in_to_moved_to_a_new_group(
    stranger_page, bring, service
):
    page, name = stranger_page, bring(3)
    page.goto(f"/sign-in?next={PAGE}")
    press(page, service.email, "Tab", service.password, "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    press(page, "/", name, "Enter")
    page.wait_for_url(f"**q={name}**")
    press(page, "j", "j", "x", "k", "x")
    selected = chosen(page)
    press(page, "m")
    page.get_by_role("dialog").wait_for()
    while page.evaluate("document.activeElement.id") != "bulk-new-group":
        press(page, "Tab")
    press(page, f"Keyed {name}", "Enter")

    page.get_by_text(f"2 moved to Keyed {name}", exact=True).wait_for()
    until(lambda: rows(page).count() == 1)
    until(lambda: page.evaluate("document.activeElement.matches('[data-row]')"))

    assert selected == "2 selected"
    assert len(waiting(service, name)) == 1


def press(page, *keys):
    """Press keys by name or by letter, and type what is longer, each after the other."""
    for key in keys:
        if key in {"Tab", "Enter"} or len(key) == 1:
            page.keyboard.press(key)
        else:
            page.keyboard.type(key)


def test_key_on_a_row_means_that_row(page, bring):
    open_queue(page, bring(2))

    page.keyboard.press("j")
    page.keyboard.press("l")
    page.get_by_role("dialog").wait_for()

    page.get_by_role("heading", name="Label 1 contact").wait_for()


def test_question_mark_shows_the_keys(page, crowd):
    open_queue(page, crowd)

    page.keyboard.press("?")

    page.get_by_role("dialog", name="Keys").wait_for()


def test_essentials_work_without_scripts(page, open_browser, bring, service):
    name = bring(2)
    page = open_browser(page.context.storage_state(), java_script_enabled=False)
    page.goto(f"{PAGE}?q={name}")
    page.locator("[name=ids]").nth(0).check()
    page.get_by_role("button", name="Move to group").click()
    page.get_by_label(re.compile("new group", re.IGNORECASE)).fill(f"Plain {name}")
    page.get_by_role("button", name="Move", exact=True).click()

    until(lambda: len(waiting(service, name)) == 1)
    page.goto(f"{PAGE}?q={name}")
    page.get_by_role("button", name=re.compile("^Favorite: ")).click()

    assert page.locator("[aria-pressed=true]").count() == 1
    assert page.url.endswith(f"{PAGE}?q={name}")


def test_lists_are_accessible_in_light_and_dark(page, crowd, bring, axe):
    name = bring(2)
    open_queue(page, name)
    boxes(page).nth(0).check()
    page.get_by_role("button", name="Move to group").click()
    answer_move(page, f"Axe {name}")
    page.get_by_text(f"1 moved to Axe {name}", exact=True).wait_for()

    axe(page, "queue-moved")
    for path, title in (
        (f"{PAGE}?q={crowd}", "queue"),
        (f"{PAGE}?q=nobodyatall", "queue-none"),
        ("/contacts?sort=oldest", "contacts"),
        ("/contacts/groups", "groups"),
        ("/contacts/labels", "labels"),
    ):
        page.goto(path)
        axe(page, title)
    page.goto("/contacts/groups")
    page.get_by_role("link", name=f"Axe {name}").click()
    page.get_by_role("heading", name=f"Axe {name}").first.wait_for()
    axe(page, "group")


@pytest.mark.parametrize("button", ["Move to group", "Label", "Favorite", "Suppress", "Delete"])
def test_questions_are_accessible(page, crowd, axe, button):
    open_queue(page, crowd)
    boxes(page).nth(0).check()
    page.get_by_role("button", name=button, exact=True).click()

    page.get_by_role("dialog").wait_for()

    axe(page, f"ask-{button.split(' ')[0].lower()}")


def test_phone_width_has_no_sideways_scrolling(page, crowd):
    page.set_viewport_size(NARROW)

    open_queue(page, crowd)

    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= NARROW["width"]
    boxes(page).nth(0).wait_for()
