"""Rules 4 and 8, and what may be registered."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest

BODY = {"name": "Spring form", "brand": "Example Co"}


@pytest.fixture
def approved(api):
    """Register and approve a number; return its id."""

    def approve(number):
        made = api.post("/phone-numbers", {"number": number}).json
        api.patch(f"/phone-numbers/{made['id']}", {"status": "approved"})
        return made["id"]

    return approve


def test_number_is_registered_in_one_form_and_pending(api):
    made = api.post("/phone-numbers", {"number": "(202) 555-0100"})

    assert made.status_code == 201
    assert made.json["number"] == "+12025550100"
    assert made.json["status"] == "pending"
    assert api.get("/phone-numbers").json["items"] == [made.json]


def test_same_number_again_is_refused_and_what_is_none_too(api):
    api.post("/phone-numbers", {"number": "+12025550100"})

    again = api.post("/phone-numbers", {"number": "202-555-0100"})
    nonsense = api.post("/phone-numbers", {"number": "call me"})

    assert (again.status_code, again.json["code"]) == (409, "number-exists")
    assert nonsense.status_code == 422
    assert nonsense.json["errors"][0]["field"] == "number"


def test_members_do_not_approve(api, make_somebody):
    member = make_somebody(api.account_id, role="member")
    made = member.post("/phone-numbers", {"number": "+12025550100"}).json

    answer = member.patch(f"/phone-numbers/{made['id']}", {"status": "approved"})

    assert (answer.status_code, answer.json["code"]) == (403, "owner-only")
    assert api.get("/phone-numbers").json["items"][0]["status"] == "pending"


def test_rule_8_last_approved_number_of_an_active_integration_stays(api, approved):
    only = approved("+12025550100")
    api.post("/integration", BODY)

    refusals = [
        api.delete(f"/phone-numbers/{only}"),
        api.patch(f"/phone-numbers/{only}", {"status": "pending"}),
        api.patch(f"/phone-numbers/{only}", {"status": "rejected"}),
    ]
    api.post("/integration/deactivate")
    after = api.delete(f"/phone-numbers/{only}")

    assert [(answer.status_code, answer.json["code"]) for answer in refusals] == [
        (409, "last-approved-number")
    ] * 3
    assert after.status_code == 204
    assert api.get("/integration").json["phone_number_id"] is None
    assert api.get("/phone-numbers").json["items"] == []


def test_integration_moves_to_the_oldest_approved_number(api, approved):
    first, second, third = (approved(f"+1202555010{last}") for last in range(3))
    api.post("/integration", BODY)
    api.patch("/integration", {"phone_number_id": third})

    api.delete(f"/phone-numbers/{third}")
    after_deletion = api.get("/integration").json["phone_number_id"]
    api.patch(f"/phone-numbers/{first}", {"status": "rejected"})

    assert after_deletion == first
    assert api.get("/integration").json["phone_number_id"] == second


def test_rule_8_holds_when_both_numbers_are_taken_away_at_once(api, approved):
    for attempt in range(5):
        pair = [approved(f"+120255501{attempt}{last}") for last in range(2)]
        if attempt == 0:
            api.post("/integration", BODY)
        for known in api.get("/phone-numbers").json["items"]:
            if known["id"] not in pair:
                api.delete(f"/phone-numbers/{known['id']}")
        barrier = Barrier(2)

        def reject(number_id, barrier=barrier):
            barrier.wait()
            return api.patch(f"/phone-numbers/{number_id}", {"status": "rejected"}).status_code

        with ThreadPoolExecutor(2) as pool:
            statuses = sorted(pool.map(reject, pair))

        assert statuses == [200, 409]


def test_rule_8_holds_when_opening_races_the_loss_of_the_number(api, approved):
    only = approved("+12025550100")
    api.post("/integration", BODY)
    for _ in range(5):
        api.post("/integration/deactivate")
        api.patch(f"/phone-numbers/{only}", {"status": "approved"})
        barrier = Barrier(2)

        def open_it(barrier=barrier):
            barrier.wait()
            return api.post("/integration/activate").status_code

        def reject_it(barrier=barrier):
            barrier.wait()
            return api.patch(f"/phone-numbers/{only}", {"status": "rejected"}).status_code

        with ThreadPoolExecutor(2) as pool:
            opened, rejected = pool.submit(open_it), pool.submit(reject_it)
            statuses = sorted([opened.result(), rejected.result()])

        assert statuses == [200, 409]


def test_another_accounts_numbers_are_never_seen(api, approved, make_somebody):
    mine = approved("+12025550100")
    stranger = make_somebody()

    answers = [
        stranger.delete(f"/phone-numbers/{mine}"),
        stranger.patch(f"/phone-numbers/{mine}", {"status": "rejected"}),
        stranger.delete(f"/phone-numbers/{uuid4()}"),
        stranger.delete("/phone-numbers/no-uuid"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert stranger.get("/phone-numbers").json["items"] == []
    assert api.get("/phone-numbers").json["items"][0]["status"] == "approved"
