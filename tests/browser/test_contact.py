"""One contact and campaigns, by a browser: the keys, two people at once, axe, no scripts."""

import re

import pytest

from tests.browser.conftest import NARROW


@pytest.fixture
def contact(service, somebody):
    """The address of somebody who waits in the opt-in queue."""
    answer = service.post(somebody)
    assert answer.status_code == 202, answer.text
    lead = service.lead_reaches(answer.json()["lead_id"], "joined")
    return f"/contacts/{lead['contact_id']}"


def test_rule_20_profile_is_accessible_and_keeps_a_note(page, contact, somebody, axe):
    page.goto(contact)

    page.get_by_label("Only your team sees it").fill("Prefers mornings.")
    page.get_by_role("button", name="Save note").click()

    page.get_by_text("Prefers mornings.").wait_for()
    page.get_by_role("heading", name=re.compile(somebody["last_name"])).wait_for()
    axe(page, "contact")


def test_rule_16_m_moves_to_a_new_group_and_the_page_tells_by_itself(page, contact):
    page.goto(contact)

    page.keyboard.press("m")
    page.get_by_label(re.compile("new group", re.IGNORECASE)).fill(f"By keys {contact[-6:]}")
    page.keyboard.press("Enter")

    page.get_by_text(re.compile(f"^Moved to By keys {contact[-6:]} by")).first.wait_for()
    page.get_by_role("button", name=f"Remove from By keys {contact[-6:]}").wait_for()


def test_undo_of_the_toast_puts_back_into_the_queue(page, contact):
    page.goto(contact)
    page.get_by_role("button", name="Move to group").click()
    page.get_by_label(re.compile("new group", re.IGNORECASE)).fill(f"Undone {contact[-6:]}")
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_text(re.compile(f"^Moved to Undone {contact[-6:]} by")).first.wait_for()

    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("1 put back").wait_for()
    page.goto(contact)

    page.get_by_text("Waits in the opt-in queue").wait_for()


def test_what_a_colleague_does_shows_by_itself_with_the_name(page, second_page, contact):
    second_page.goto(contact)
    page.goto(contact)

    page.get_by_role("button", name="Add to DNC").click()
    page.get_by_text("nothing more is sent to this number").wait_for()

    second_page.get_by_text(re.compile("^Suppressed: put on Do-Not-Contact by")).wait_for()
    assert not second_page.get_by_role("button", name="Add to DNC").is_visible()


def test_dialog_is_left_alone_while_a_colleague_changes_the_contact(page, second_page, contact):
    page.goto(contact)
    page.get_by_role("button", name="Label", exact=True).click()
    page.get_by_label(re.compile("new label", re.IGNORECASE)).fill("Half typed")

    second_page.goto(contact)
    second_page.get_by_role("button", name="Mark as favorite").click()
    second_page.get_by_role("button", name="Unmark").wait_for()

    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert (
        dialog.get_by_label(re.compile("new label", re.IGNORECASE)).input_value()
        == "Half typed"
    )
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Unmark").wait_for()


def test_delete_asks_first_with_the_focus_on_cancel(page, contact, somebody):
    page.goto(contact)

    page.get_by_role("button", name="Delete", exact=True).first.click()
    focused = page.evaluate("document.activeElement.textContent")
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text(f"{somebody['last_name']} was deleted.").wait_for()
    page.goto(contact)

    assert focused == "Cancel"
    page.get_by_text(re.compile("^Deleted by")).wait_for()


def test_contact_is_moved_without_scripts(page, open_browser, contact):
    plain = open_browser(page.context.storage_state(), java_script_enabled=False)
    plain.goto(contact)

    plain.get_by_role("button", name="Move to group").click()
    plain.get_by_label(re.compile("new group", re.IGNORECASE)).fill(f"Plain {contact[-6:]}")
    plain.get_by_role("button", name="Move", exact=True).click()

    plain.get_by_text(f"Moved to Plain {contact[-6:]}.").first.wait_for()


def test_profile_fits_a_phone(page, contact):
    page.set_viewport_size(NARROW)

    page.goto(contact)

    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def test_rule_21_campaign_tells_who_is_eligible_and_why_others_are_not(
    page, contact, somebody, service, axe, until
):
    name = f"Members {contact[-6:]}"
    contact_id = contact.rpartition("/")[2]
    group = service.api("POST", "/groups", json={"name": name}).json()["id"]
    page.goto("/campaigns")
    page.get_by_role("button", name="New campaign").click()
    page.get_by_role("dialog").get_by_label("Name").fill(f"Summer {contact[-6:]}")
    page.get_by_role("button", name="Make").click()
    page.get_by_label("Another group").select_option(label=name)
    page.get_by_role("button", name="Add group").click()

    page.get_by_role("link", name="The others, and why").click()
    page.get_by_label("Name or part of a number", exact=True).fill(somebody["phone"][-7:])
    page.get_by_role("button", name="Show", exact=True).click()
    page.locator("td").get_by_text(
        "In the opt-in queue: move to a group first"
    ).first.wait_for()
    axe(page, "campaign-others")
    body = {
        "kind": "move_to_group",
        "contacts": {"ids": [contact_id]},
        "group_id": group,
    }
    service.api("POST", "/actions", json=body)
    until(lambda: service.get(f"/contacts/{contact_id}")["groups"])
    page.get_by_role("link", name="Eligible", exact=True).click()
    page.get_by_role("checkbox", name=re.compile(re.escape(somebody["phone"]))).check()
    axe(page, "campaign-eligible")
    page.get_by_role("button", name="Add those selected").click()

    page.get_by_text("1 contact added.").wait_for()
    axe(page, "campaign-added")
    page.goto("/campaigns")
    axe(page, "campaigns")
