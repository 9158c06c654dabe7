"""Idempotency-Key: the first answer again, and never a second thing made."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from models import Answer, Group, transaction

KEY = {"Idempotency-Key": "a-key-of-the-caller"}


def groups():
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(Group))


def test_same_request_again_gets_the_first_answer_again(api):
    first = api.post("/groups", {"name": "spring"}, headers=KEY)

    again = api.post("/groups", {"name": "spring"}, headers=KEY)

    assert first.status_code == again.status_code == 201
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]
    assert groups() == 1


def test_other_body_or_address_under_a_used_key_is_refused(api):
    api.post("/groups", {"name": "spring"}, headers=KEY)

    answers = [
        api.post("/groups", {"name": "autumn"}, headers=KEY),
        api.post("/labels", {"name": "spring"}, headers=KEY),
    ]

    assert [(each.status_code, each.json["code"]) for each in answers] == [
        (422, "key-reused")
    ] * 2
    assert groups() == 1


def test_key_is_free_again_after_24_hours(api):
    api.post("/groups", {"name": "spring"}, headers=KEY)
    with transaction() as session:
        session.execute(
            update(Answer).values(created_at=func.now() - timedelta(hours=24, seconds=1))
        )

    answer = api.post("/groups", {"name": "autumn"}, headers=KEY)

    assert answer.status_code == 201
    assert groups() == 2


def test_refused_request_may_be_tried_again_under_its_key(api):
    api.post("/groups", {"name": "spring"})
    refused = api.post("/groups", {"name": "spring"}, headers=KEY)
    api.delete(f"/groups/{api.get('/groups').json['items'][0]['id']}")

    answer = api.post("/groups", {"name": "spring"}, headers=KEY)

    assert (refused.status_code, answer.status_code) == (409, 201)


def test_requests_at_once_make_one_thing_and_have_the_same_answer(api):
    barrier = Barrier(4)

    def make(_):
        barrier.wait()
        return api.post("/groups", {"name": "spring"}, headers=KEY)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(make, range(4)))

    assert groups() == 1
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1


def test_key_is_in_use_only_while_the_first_request_lives(api):
    """Whoever dies in the middle leaves nothing: its lock goes with its connection."""
    number = func.hashtextextended(f"answers:{api.account_id}:{KEY['Idempotency-Key']}", 0)
    with transaction() as first_request:
        first_request.execute(select(func.pg_advisory_xact_lock(number)))
        meanwhile = api.post("/groups", {"name": "spring"}, headers=KEY)

    after = api.post("/groups", {"name": "spring"}, headers=KEY)

    assert (meanwhile.status_code, meanwhile.json["code"]) == (409, "key-in-use")
    assert after.status_code == 201


def test_answer_that_an_owner_was_given_is_not_shown_to_a_member(api, make_somebody):
    member = make_somebody(api.account_id, role="member")
    made = api.post("/api-keys", {"name": "n"}, headers=KEY)

    answer = member.post("/api-keys", {"name": "n"}, headers=KEY)

    assert made.status_code == 201
    assert answer.status_code in {403, 422}
    assert made.json["key"] not in answer.text


def test_closing_that_was_never_answered_is_done_anew(api, story, monkeypatch):
    """Kept before it held, it would be told although the gate may be open."""

    def died():
        raise SystemExit

    with monkeypatch.context() as dying, suppress(SystemExit):
        dying.setattr("web.api.integration.gate.close", lambda *_url: died())
        api.post("/integration/deactivate", headers=KEY)
    closed = []
    monkeypatch.setattr(
        "web.api.integration.gate.close", lambda *url: closed.append(url) or True
    )

    answer = api.post("/integration/deactivate", headers=KEY)
    again = api.post("/integration/deactivate", headers=KEY)

    assert (answer.status_code, again.status_code) == (200, 200)
    assert len(closed) == 1
    assert again.json == answer.json


def test_keys_of_two_accounts_do_not_meet(api, make_somebody):
    stranger = make_somebody()

    answers = [
        somebody.post("/groups", {"name": "spring"}, headers=KEY)
        for somebody in (api, stranger)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json["id"] != answers[1].json["id"]


def test_secret_shown_again_is_not_readable_in_the_database(api):
    made = api.post("/api-keys", {"name": "script"}, headers=KEY)
    again = api.post("/api-keys", {"name": "script"}, headers=KEY)

    with transaction() as session:
        stored = session.scalars(select(Answer)).one().body

    assert again.json["key"] == made.json["key"]
    assert made.json["key"] not in str(stored)


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_unusable_key_is_named(api, key):
    answer = api.post("/groups", {"name": "spring"}, headers={"Idempotency-Key": key})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"
    assert groups() == 0
