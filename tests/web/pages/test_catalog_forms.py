"""The bad-input catalog, rows 101 and 103, and forms of the dashboard filled as nobody does.

Every form of every page is tried: an operator may be told no, may be led on, and never meets
a fault of ours.
"""

import os
import re

import pytest

from models import transaction
from models.sign_in_attempts import PAIR_TRIES, SignInAttempts
from tests.web.pages.conftest import SIGNED_IN_PAGE, csrf_of, said

MARK = "evil-mark"
NOBODYS = "00000000-0000-0000-0000-000000000000"


def test_row_101_many_wrong_passwords_have_to_wait_and_the_wait_grows(make_person):
    person = make_person(signed_in=False)

    tries = [person.sign_in("not the password") for _ in range(PAIR_TRIES)]
    waits = [int(person.sign_in("not the password").headers["Retry-After"]) for _ in range(2)]
    with transaction() as session:
        session.query(SignInAttempts).delete()
    stranger = make_person(signed_in=False)
    stranger.email = "nobody@example.com"

    assert {answer.status_code for answer in tries} == {401}
    assert {said(answer) for answer in tries} == {said(tries[0])}
    assert all(wait > 0 for wait in waits)
    assert words(stranger.sign_in(), stranger) == words(tries[0], person)


def words(answer, person):
    return said(answer).replace(person.email, "")


def test_row_103_form_without_the_token_of_this_sign_in_is_403(owner, stranger):
    theirs = csrf_of(stranger.get(SIGNED_IN_PAGE))

    answers = [
        owner.client.post("/contacts/labels", data={"name": "x"} | sent, headers=owner.headers)
        for sent in ({}, {"csrf": ""}, {"csrf": "x" * 10_000}, {"csrf": theirs})
    ]

    assert [answer.status_code for answer in answers] == [403] * 4


#: They end the sign-in that the others need.
ENDING = {"/sign-out", "/settings/sign-ins/end-all", "/setup", "/sign-in"}
FIELDS = """
    name names email password again old new first_name last_name body note reason why kind label
    group group_id new_group chosen ids contacts folder filter q sort cursor before shown top
    expected landline favorite status role number phone phones region countries brand
    compliance_message template rate_limit duplicate_window_hours mapping sample body_sample
    first last full secret title date enabled queue actor state fingerprint cause
    default_region allowed_countries lookup quiet_hours consent_required phone_number_id
""".split()  # noqa: SIM905  (a list of names reads better without quotes)
#: The first two are tried always, all of them by `make fuzz`: the others cost a minute.
VALUES = {
    "oversized": MARK * 70,
    "endless-number": "9" * 40,
    "one-sign-many-letters": "\N{SQUARE CORPORATION}" * 200,
    "nothing": None,
    "empty": "",
    "word": MARK,
    "fraction": "-1.5e400",
    "nobody-s-id": NOBODYS,
    "several-ids": f"{NOBODYS},{MARK},,{NOBODYS}",
    "json": '{"a": [1e400]}',
}
TRIED = dict(list(VALUES.items())[: None if "FUZZ_MINUTES" in os.environ else 2])


@pytest.fixture
def forms(app):
    """Every address that takes a form."""
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods
        and not rule.rule.startswith(("/api/", "/hooks/", "/twilio/"))
        and rule.rule not in ENDING
    ]
    assert len(rules) >= 40
    return [
        re.sub(r"<(?:(\w+):)?\w+>", lambda part: NOBODYS if part[1] else "1", rule.rule)
        for rule in rules
    ]


@pytest.mark.parametrize("value", TRIED.values(), ids=TRIED)
def test_no_form_can_be_filled_so_that_we_fail(owner, forms, value):
    csrf = csrf_of(owner.get(SIGNED_IN_PAGE))
    filled = {} if value is None else {name: [value, value] for name in FIELDS}

    for path in forms:
        answer = owner.post(path, filled, csrf=csrf)
        assert answer.status_code < 500, (path, answer.text[:300])
        assert "Traceback" not in answer.text


@pytest.mark.parametrize("value", TRIED.values(), ids=TRIED)
def test_no_address_can_ask_so_that_we_fail(app, owner, value):
    rules = [
        re.sub(r"<(?:(\w+):)?\w+>", lambda part: NOBODYS if part[1] else "1", rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.rule.startswith(("/api/", "/hooks/", "/twilio/"))
    ]
    asked = {} if value is None else {name: [value[:8]] * 2 for name in FIELDS}

    for path in rules:
        answer = owner.get(path, query_string=asked)
        assert answer.status_code < 500, (path, answer.text[:300])
        assert f"<{MARK}" not in answer.text
