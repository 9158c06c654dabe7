"""Signing in and out, by a browser."""

from tests.browser.conftest import sign_in


def test_nobody_gets_further_than_the_sign_in_page(stranger_page, axe):
    stranger_page.goto("/settings/sign-ins")

    axe(stranger_page, "sign-in")

    assert stranger_page.url.endswith("/sign-in?next=/settings/sign-ins")


def test_page_of_sign_ins_is_accessible(page, axe):
    page.goto("/settings/sign-ins")

    axe(page)

    assert page.get_by_role("row").count() >= 2


def test_operator_signs_in_and_out(stranger_page, service):
    page = stranger_page

    sign_in(page, service.email, service.password)
    page.goto("/settings/sign-ins")
    page.get_by_role("button", name="Sign out", exact=True).first.click()

    page.wait_for_url("**/sign-in")
    page.goto("/settings/sign-ins")
    assert "/sign-in?next=" in page.url


def test_dialog_opens_on_cancel_and_esc_leaves_it(page):
    page.goto("/settings/sign-ins")

    page.get_by_role("button", name="Sign out everywhere", exact=True).first.click()
    shown = page.get_by_role("dialog", name="Sign out everywhere?").is_visible()
    page.keyboard.press("Escape")

    assert shown
    assert not page.get_by_role("dialog").is_visible()


def test_operator_signs_in_and_opens_a_dialog_by_keyboard_alone(stranger_page, service, tab_to):
    page, keys = stranger_page, stranger_page.keyboard
    page.goto("/sign-in?next=/settings/sign-ins")

    keys.type(service.email)
    keys.press("Tab")
    keys.type(service.password)
    keys.press("Enter")
    page.wait_for_url("**/settings/sign-ins")
    page.get_by_role("heading", name="Sign-ins").wait_for()
    tab_to(page, "Sign out everywhere")
    keys.press("Enter")
    opened = page.get_by_role("dialog", name="Sign out everywhere").is_visible()
    keys.press("Escape")

    assert opened
    assert "Sign out everywhere" in page.evaluate("document.activeElement.textContent")
