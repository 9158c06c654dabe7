"""Signing secrets: two at most, shown once, sealed in the database, a matter of owners."""

import pytest
from sqlalchemy import text

from models import transaction

PATH = "/integration/signing-secrets"


@pytest.fixture
def integration(api, make_integration):
    return make_integration(api.account_id)


def test_secret_is_shown_once(api, integration):
    made = api.post(PATH)

    assert made.status_code == 201
    assert made.json["secret"].startswith("whsec_")
    listed = api.get(PATH).json["items"]
    assert listed == [{name: made.json[name] for name in ("id", "hint", "created_at")}]
    assert made.json["secret"].rstrip("=").endswith(listed[0]["hint"])


def test_secrets_differ_and_are_long(api, integration):
    first, second = (api.post(PATH).json["secret"] for _ in range(2))

    assert first != second
    assert len(first) > len("whsec_") + 40


def test_third_secret_is_refused(api, integration):
    answers = [api.post(PATH) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert len(api.get(PATH).json["items"]) == 2


def test_same_idempotency_key_makes_one_secret(api, integration):
    first, again = (api.post(PATH, headers={"Idempotency-Key": "k"}) for _ in range(2))

    assert first.json == again.json
    assert len(api.get(PATH).json["items"]) == 1


def test_database_holds_no_secret_in_the_open(api, integration):
    secret = api.post(PATH).json["secret"]

    with transaction() as session:
        kept = session.scalar(text("SELECT signing_secrets::text FROM integrations"))

    assert secret.removeprefix("whsec_") not in kept
    assert "sealed" in kept


def test_member_sees_and_changes_nothing(make_somebody, api, integration):
    member = make_somebody(api.account_id, role="member")
    made = api.post(PATH).json

    answers = [member.get(PATH), member.post(PATH), member.delete(f"{PATH}/{made['id']}")]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert {answer.json["code"] for answer in answers} == {"owner-only"}
    assert len(api.get(PATH).json["items"]) == 1


def test_secret_of_another_account_does_not_exist(make_somebody, api, integration):
    made = api.post(PATH).json
    other = make_somebody()

    answers = [other.get(PATH), other.post(PATH), other.delete(f"{PATH}/{made['id']}")]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert len(api.get(PATH).json["items"]) == 1


def test_each_change_counts_from_the_next_request_on(api, integration):
    before = api.get("/integration").json["parse_version"]

    made = api.post(PATH).json
    between = api.get("/integration").json["parse_version"]
    api.delete(f"{PATH}/{made['id']}")

    assert before < between < api.get("/integration").json["parse_version"]
    assert api.delete(f"{PATH}/{made['id']}").status_code == 404
