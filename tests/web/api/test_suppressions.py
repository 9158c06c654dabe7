"""Rules 23 to 26 of the product: every kind of suppression has its own way in and out."""

import threading
import time
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from models import (
    Account,
    Contact,
    Delivery,
    Lead,
    Suppression,
    SuppressionKind,
    TimelineEntry,
    transaction,
)
from models.consent import consent_record
from models.suppressions import Because, suppress
from web.api import draining

PHONE = "+12025550142"


@pytest.fixture
def member(api, make_somebody):
    return make_somebody(api.account_id, role="member")


@pytest.fixture
def short_wait(monkeypatch):
    monkeypatch.setattr(draining, "WAIT_SECONDS", 0.3)
    monkeypatch.setattr(draining, "POLL_SECONDS", 0.02)


def add(account_id, kind, source="test", **because):
    with transaction() as session:
        made, _ = suppress(session, account_id, PHONE, Because(kind, None, source, **because))
    return made


def phones(answer):
    assert answer.status_code == 200, answer.json
    return [each["phone"] for each in answer.json["items"]]


def settle(status="sent"):
    with transaction() as session:
        session.execute(update(Delivery).values(status=status))


def test_rule_25_suppressed_person_leaves_the_queue_and_loses_the_text(
    api, make_contact, make_lead
):
    contact = make_contact(api.account_id, phone=PHONE)
    lead = make_lead(api.account_id, text="ready", status="texting")

    answer = api.post(
        "/suppressions", {"phone": "(202) 555-0142", "kind": "dnc", "reason": "asked by phone"}
    )

    assert answer.status_code == 201
    assert answer.json["phone"] == PHONE
    assert answer.json["by"]["id"] == str(api.operator_id)
    assert answer.json["reason"] == "asked by phone"
    assert answer.json["in_flight"] == []
    with transaction() as session:
        assert session.get_one(Contact, contact.id).queued_at is None
        assert session.get_one(Lead, lead.id).status == "suppressed"
        assert session.get_one(Delivery, lead.id).status == "suppressed"
        told = session.scalars(
            select(TimelineEntry.kind).where(TimelineEntry.contact_id == contact.id)
        ).all()
    assert "suppressed" in told


def test_rule_23_number_on_the_list_already_is_answered_200(api):
    first = api.post("/suppressions", {"phone": PHONE, "kind": "dnc"})

    second = api.post("/suppressions", {"phone": "202-555-0142", "kind": "dnc"})
    other_kind = api.post("/suppressions", {"phone": PHONE, "kind": "compliance"})

    assert (first.status_code, second.status_code, other_kind.status_code) == (201, 200, 201)
    assert second.json["id"] == first.json["id"]
    assert phones(api.get("/suppressions")) == [PHONE, PHONE]


def test_number_is_read_in_the_region_of_the_account(api):
    with transaction() as session:
        session.execute(update(Account).values(default_region="GB"))

    answer = api.post("/suppressions", {"phone": "020 7946 0018"})

    assert answer.json["phone"] == "+442079460018"


@pytest.mark.parametrize("phone", ["", "call me", "911", "+1 202 555 014", "1" * 99])
def test_what_is_no_number_is_refused(api, phone):
    answer = api.post("/suppressions", {"phone": phone})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == ["phone"]
    assert phones(api.get("/suppressions")) == []


def test_rule_23_only_owners_add_what_only_owners_may(api, member):
    bodies = [{"phone": PHONE, "kind": kind} for kind in ("compliance", "opted_out", "dnc")]

    by_member = [member.post("/suppressions", body).status_code for body in bodies]
    by_owner = [api.post("/suppressions", body).status_code for body in bodies]

    assert by_member == [403, 403, 201]
    assert by_owner == [201, 201, 200]


@pytest.mark.parametrize("kind", ["carrier", "other", None])
def test_kind_that_no_operator_may_add_is_refused(api, kind):
    answer = api.post("/suppressions", {"phone": PHONE, "kind": kind})

    assert answer.status_code == 422


@pytest.mark.parametrize("fate", ["sending", "unknown"])
def test_rule_24_text_under_way_is_named(api, make_lead, short_wait, fate):
    lead = make_lead(api.account_id, text=fate, status="texting")

    answer = api.post("/suppressions", {"phone": PHONE})

    assert answer.status_code == 202
    assert answer.json["in_flight"] == [
        {"lead_id": str(lead.id), "delivery_status": fate, "sid": None}
    ]
    assert answer.json["settled_at"] is None
    assert phones(api.get("/suppressions")) == [PHONE]


def test_rule_24_added_is_answered_once_the_text_is_settled(api, make_lead, monkeypatch):
    make_lead(api.account_id, text="sending", status="texting")
    polls = []

    def settle_at_the_third(seconds):
        polls.append(seconds)
        if len(polls) == 3:
            settle()

    monkeypatch.setattr(draining.time, "sleep", settle_at_the_third)

    answer = api.post("/suppressions", {"phone": PHONE})

    assert answer.status_code == 201
    assert answer.json["in_flight"] == []
    assert answer.json["settled_at"] is not None
    assert len(polls) == 3


def test_answer_kept_for_a_key_is_the_one_after_the_wait(api, make_lead, short_wait):
    make_lead(api.account_id, text="sending", status="texting")
    key = {"Idempotency-Key": "once"}
    first = api.post("/suppressions", {"phone": PHONE}, headers=key)
    settle()

    again = api.post("/suppressions", {"phone": PHONE}, headers=key)
    later = api.post("/suppressions", {"phone": PHONE})

    assert (first.status_code, again.status_code, later.status_code) == (202, 202, 200)
    assert again.json == first.json


def test_review_counts_as_settled(api, make_lead):
    make_lead(api.account_id, text="review", status="needs_attention")

    answer = api.post("/suppressions", {"phone": PHONE})

    assert answer.status_code == 201


def test_fifth_waiter_is_answered_at_once(api, make_lead, monkeypatch):
    make_lead(api.account_id, text="sending", status="texting")
    answers, polling, nap = [], set(), time.sleep

    def note_who_polls(seconds):
        polling.add(threading.get_ident())
        nap(0.01)

    monkeypatch.setattr(draining.time, "sleep", note_who_polls)

    def wait():
        answers.append(api.post("/suppressions", {"phone": PHONE}).status_code)

    waiters = [threading.Thread(target=wait) for _ in range(4)]
    for waiter in waiters:
        waiter.start()
    deadline = time.monotonic() + 10
    while len(polling) < draining.MOST_WAITERS:
        assert time.monotonic() < deadline
        nap(0.01)

    began = time.monotonic()
    fifth = api.post("/suppressions", {"phone": PHONE})
    seconds = time.monotonic() - began
    settle()
    for waiter in waiters:
        waiter.join()

    assert fifth.status_code == 202
    assert seconds < 5
    assert sorted(answers) == [200, 200, 200, 201]


def test_list_is_narrowed_by_kind_number_and_name(api, make_contact):
    make_contact(api.account_id, first_name="Zoë", phone=PHONE)
    api.post("/suppressions", {"phone": PHONE, "kind": "dnc"})
    api.post("/suppressions", {"phone": "+13105550199", "kind": "compliance"})

    found = {
        query: phones(api.get(f"/suppressions?{query}"))
        for query in ("kind=dnc", "kind=carrier", "q=0199", "q=zoe", "q=bob")
    }

    assert found == {
        "kind=dnc": [PHONE],
        "kind=carrier": [],
        "q=0199": ["+13105550199"],
        "q=zoe": [PHONE],
        "q=bob": [],
    }


@pytest.mark.parametrize("kind", ["dnc", "compliance"])
def test_rule_23_owner_lifts_with_a_reason(api, member, make_contact, kind):
    contact = make_contact(api.account_id, phone=PHONE)
    made = add(api.account_id, SuppressionKind(kind))
    one = f"/suppressions/{made.id}"

    by_member = member.delete(one, json={"reason": "a mistake"})
    without_reason = [
        api.delete(one),
        api.delete(f"{one}?reason=%20"),
        api.delete(one, json={}),
    ]
    by_owner = api.delete(f"{one}?reason=a+mistake")
    again = api.delete(one, json={"reason": "a mistake"})

    assert by_member.status_code == 403
    assert [answer.status_code for answer in without_reason] == [422, 422, 422]
    assert (by_owner.status_code, again.status_code) == (204, 404)
    assert phones(api.get("/suppressions")) == []
    shown = api.get(f"/contacts/{contact.id}").json
    assert (shown["suppressed"], shown["in_opt_in_queue"]) == (False, False)
    with transaction() as session:
        assert session.get_one(Suppression, made.id).lift_reason == "a mistake"


@pytest.mark.parametrize(
    ("kind", "code"),
    [(SuppressionKind.OPTED_OUT, "only-the-person"), (SuppressionKind.CARRIER, "conflict")],
)
def test_rule_23_operators_do_not_lift_what_is_not_theirs(api, kind, code):
    made = add(api.account_id, kind)

    answer = api.delete(f"/suppressions/{made.id}", json={"reason": "a mistake"})

    assert answer.status_code == 409
    assert answer.json["code"] == code
    assert phones(api.get("/suppressions")) == [PHONE]


def test_rule_27_opt_out_read_from_free_text_is_lifted_by_any_operator(api, member):
    made = add(api.account_id, SuppressionKind.OPTED_OUT, needs_review=True)

    answer = member.delete(f"/suppressions/{made.id}", json={"reason": "she meant the shop"})

    assert answer.status_code == 204


def test_rule_30_suppression_of_another_account_does_not_exist(api, make_somebody):
    other = make_somebody()
    made = add(other.account_id, SuppressionKind.DNC)

    answer = api.delete(f"/suppressions/{made.id}", json={"reason": "a mistake"})
    nobody = api.delete(f"/suppressions/{uuid4()}", json={"reason": "a mistake"})

    assert (answer.status_code, nobody.status_code) == (404, 404)
    assert phones(api.get("/suppressions")) == []
    assert phones(other.get("/suppressions")) == [PHONE]


def test_rule_30_same_number_is_suppressed_by_each_account_alone(
    api, make_somebody, make_contact
):
    other = make_somebody()
    contact = make_contact(other.account_id, phone=PHONE)

    answer = api.post("/suppressions", {"phone": PHONE})

    assert answer.status_code == 201
    assert other.get(f"/contacts/{contact.id}").json["in_opt_in_queue"] is True


@pytest.mark.parametrize("source", ["api", "inbound text"])
def test_rule_27_plain_stop_after_free_text_is_for_the_person_alone_to_take_back(
    api, make_lead, source
):
    lead = make_lead(api.account_id, phone=PHONE)
    review = {"needs_review": True, "source": "inbound text"}
    add(api.account_id, SuppressionKind.OPTED_OUT, **review)
    with transaction() as session:
        consent_record(session, session.get_one(Lead, lead.id))
    if source == "api":
        again = api.post("/suppressions", {"phone": PHONE, "kind": "opted_out"})
        assert again.status_code == 200
    else:
        add(api.account_id, SuppressionKind.OPTED_OUT, source=source)

    [shown] = api.get("/suppressions").json["items"]
    answer = api.delete(f"/suppressions/{shown['id']}", json={"reason": "she meant the shop"})

    assert (shown["needs_review"], shown["source"]) == (False, source)
    assert (answer.status_code, answer.json["code"]) == (409, "only-the-person")
    with transaction() as session:
        assert consent_record(session, session.get_one(Lead, lead.id)).changed == []


def test_rule_27_free_text_after_a_plain_stop_asks_for_no_review(api):
    add(api.account_id, SuppressionKind.OPTED_OUT)

    add(api.account_id, SuppressionKind.OPTED_OUT, needs_review=True)

    assert [each["needs_review"] for each in api.get("/suppressions").json["items"]] == [False]
