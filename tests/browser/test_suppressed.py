"""Suppressed contacts by a real browser: adding, lifting with a reason, a list tried first."""

HERE = "/contacts/suppressed"


def test_number_is_added_and_lifted_with_a_reason(page, somebody, axe):
    phone = somebody["phone"]
    page.goto(HERE)
    page.get_by_role("button", name="Add a number").click()
    dialog = page.get_by_role("dialog", name="Suppress a number")
    axe(page, "suppressed-add")
    dialog.get_by_label("Number").fill(phone)
    dialog.get_by_label("Why").fill("asked by phone")
    dialog.get_by_role("button", name="Suppress").click()
    page.get_by_text(f"{phone} is suppressed now").wait_for()
    axe(page, "suppressed")
    page.get_by_role("button", name=f"Lift {phone}").click()
    page.get_by_role("dialog").wait_for()
    axe(page, "suppressed-lift")
    page.get_by_label("Why may it be texted?").fill("typed by mistake")
    page.get_by_role("dialog").get_by_role("button", name="Lift").click()

    page.get_by_text(f"{phone} is no longer on this list").wait_for()

    assert page.get_by_role("row", name=phone).count() == 0


def test_list_is_tried_before_it_is_taken(page, somebody, axe, service):
    phone = somebody["phone"]
    page.goto(f"{HERE}/list")
    axe(page, "suppressed-add-list")
    page.get_by_label("Paste numbers").fill(f"{phone}\nnobody")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("Dry run: nothing was changed").wait_for()
    tried = service.get(f"/suppressions?q={phone}")["items"]
    page.get_by_role("link", name="Add a list").click()
    page.get_by_label("Paste numbers").fill(f"{phone}\nnobody")
    page.get_by_label("Dry run: only tell what would happen").uncheck()
    page.get_by_role("button", name="Go on").click()

    page.get_by_text("1 suppressed, 1 not done").wait_for()

    axe(page, "suppressed-list")
    assert tried == []
    assert [each["phone"] for each in service.get(f"/suppressions?q={phone}")["items"]] == [
        phone
    ]
    assert "line 2" in page.get_by_role("region", name="Outcome").inner_text()
