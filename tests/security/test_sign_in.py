"""Sign-ins: how long they last, and that nobody can plant one (ASVS 7.2 to 7.4)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, update

from models import SignIn, transaction
from models.crypto import new_token
from tests.web.pages.conftest import PASSWORD, Person, csrf_of

HERE = "/settings/sign-ins"
COOKIE = "sign-in-8000"


@pytest.mark.parametrize(
    ("ages", "is_open"),
    [
        ({"seen_at": timedelta(minutes=28)}, True),
        ({"seen_at": timedelta(minutes=31)}, False),
        ({"created_at": timedelta(hours=11, minutes=58)}, True),
        ({"created_at": timedelta(hours=12, minutes=1)}, False),
    ],
)
def test_sign_in_ends_after_30_minutes_without_use_and_after_12_hours_in_any_case(
    owner, ages, is_open
):
    with transaction() as session:
        then = {name: func.now() - ago for name, ago in ages.items()}
        session.execute(update(SignIn).values(then))

    assert (owner.get(HERE).status_code == 200) is is_open


def test_token_that_somebody_planted_before_the_sign_in_opens_nothing_after_it(
    app, make_person
):
    """ASVS 7.2.4: the sign-in has a token of its own, whatever the browser held."""
    person, planted = make_person(signed_in=False), new_token()
    person.client.set_cookie(COOKIE, planted)

    assert person.sign_in().status_code == 303

    attacker = Person(app)
    attacker.client.set_cookie(COOKIE, planted)
    assert person.client.get_cookie(COOKIE).value != planted
    assert attacker.get(HERE).status_code == 303
    assert person.get(HERE).status_code == 200


def test_token_is_of_no_use_once_the_operator_signed_out_or_changed_the_password(app, owner):
    """ASVS 7.4.1, 7.4.3: ended on the server, whoever kept a copy of the cookie."""
    other = Person(app, owner.email)
    other.sign_in()
    other.operator_id, kept = owner.operator_id, other.client.get_cookie(COOKIE).value
    csrf = csrf_of(owner.get(HERE))

    assert other.get(HERE).status_code == 200
    changed = {"password": PASSWORD, "new_password": "another staple of correct horses"}
    assert owner.post("/settings/account/password", changed, csrf=csrf).status_code == 303

    thief = Person(app)
    thief.client.set_cookie(COOKIE, kept)
    assert thief.get(HERE).status_code == 303
    assert owner.get(HERE).status_code == 200
