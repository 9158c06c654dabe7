"""The first account, where no seed was made."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import Account, Operator, Role, transaction
from tests.web.pages.conftest import Person, csrf_of, said

SENT = {
    "business": "Spring Fitness",
    "country": "GB",
    "time_zone": "Europe/London",
    "name": "Ana",
    "email": "ana@example.com",
    "password": "a staple of correct horses",
}


@pytest.fixture
def token(visitor, caplog):
    """What the log says when the page is first looked at."""
    with caplog.at_level(logging.WARNING):
        visitor.get("/setup")
    return re.search(r"set-up token (\S+)", caplog.text)[1]


def send(person, token, changed=None):
    csrf = csrf_of(person.get("/setup"))
    sent = SENT | {"token": token, "csrf": csrf} | (changed or {})
    return person.client.post("/setup", data=sent, headers=person.headers)


def test_sign_in_leads_to_setting_up_while_nobody_can_sign_in(visitor):
    assert visitor.get("/sign-in").location == "/setup"


def test_first_owner_sets_up_and_signs_in(app, visitor, token):
    answer = send(visitor, token)

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    with transaction() as session:
        account, owner = session.query(Account).one(), session.query(Operator).one()
    assert (account.name, account.default_region) == ("Spring Fitness", "GB")
    assert (account.time_zone, owner.role) == ("Europe/London", Role.OWNER)
    assert Person(app, SENT["email"]).sign_in(SENT["password"]).status_code == 303


def test_page_is_gone_once_somebody_can_sign_in(visitor, token):
    csrf = csrf_of(visitor.get("/setup"))
    send(visitor, token)

    again = visitor.client.post("/setup", data=SENT | {"token": token, "csrf": csrf})

    assert visitor.get("/setup").status_code == 404
    assert again.status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("token", "guessed", "not the token in the log"),
        ("business", " ", "what the business is called"),
        ("country", "XX", "Choose a country"),
        ("time_zone", "Mars/North", "Choose a time zone"),
        ("name", "", "what others should call you"),
        ("email", "ana", "not an e-mail address"),
        ("password", "short", "At least 12 characters"),
        ("password", "aaaaaaaaaaaaaaa", "too few characters"),
    ],
)
def test_mistake_is_told_and_nothing_is_made(visitor, token, field, value, words):
    answer = send(visitor, token, {field: value})

    assert answer.status_code == 422
    assert words in said(answer)
    with transaction() as session:
        assert session.query(Account).count() == 0


def test_two_at_once_make_one_account(app, token):
    people = [Person(app) for _ in range(4)]
    forms = [csrf_of(person.get("/setup")) for person in people]

    def race(number):
        sent = SENT | {"token": token, "csrf": forms[number], "email": f"{number}@example.com"}
        return people[number].client.post("/setup", data=sent).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(race, range(4)))

    assert answers == [303, 404, 404, 404]
    with transaction() as session:
        assert session.query(Account).count() == session.query(Operator).count() == 1
