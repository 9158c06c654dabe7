"""Signing in and out, with Flask's client and a real database."""

from tests.web.pages.conftest import said


def test_operator_signs_in_and_is_led_to_the_page_she_wanted(make_person):
    person = make_person(signed_in=False)

    turned_away = person.get("/settings/sign-ins?a=b")
    answer = person.sign_in(next="/settings/sign-ins?a=b")

    assert turned_away.location == "/sign-in?next=/settings/sign-ins%3Fa%3Db"
    assert (answer.status_code, answer.location) == (303, "/settings/sign-ins?a=b")
    assert "Test browser" in said(person.get("/settings/sign-ins"))
