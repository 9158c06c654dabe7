"""The second lock of an endpoint URL: rows 90, 91 and 93 of the catalog of bad input."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook

from models import transaction

JANE = {"first_name": "Jane", "last_name": "Doe", "phone": "+1 202 555 0142"}
OTHER_SECRET = "whsec_" + "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@pytest.fixture
def secret(story, api):
    """The text of the one secret with which leads have to be signed."""
    return api.post("/integration/signing-secrets").json["secret"]


def headers(secret, body, *, age=0, message_id="msg_1"):
    """Sign as a sender with the reference library does."""
    at = datetime.now(UTC) - timedelta(seconds=age)
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body),
    }


def post(story, secret, lead=JANE, **signing):
    body = json.dumps(lead)
    return story.client.post(story.path, data=body, headers=headers(secret, body, **signing))


def count(table):
    with transaction() as session:
        return session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608  (ours)


def test_signed_lead_is_taken(story, secret):
    answer = post(story, secret)

    assert answer.status_code == 202
    assert story.lead(answer.json["lead_id"]).phone == "+12025550142"


def test_row_90_unsigned_lead_is_refused_and_kept_as_a_rejection(story, secret, api):
    answer = story.answer()

    assert answer.status_code == 401
    assert answer.json["code"] == "bad-signature"
    assert count("leads") == 0
    [rejection] = api.get("/rejections").json["items"]
    assert (rejection["status"], rejection["code"]) == (401, "bad-signature")
    assert "Jane" in rejection["body"]


@pytest.mark.parametrize("change", ["secret", "body", "id", "timestamp"])
def test_row_90_lead_that_was_changed_on_the_way_is_refused(story, secret, change):
    body = json.dumps(JANE)
    sent = headers(OTHER_SECRET if change == "secret" else secret, body)
    if change == "id":
        sent["webhook-id"] = "msg_2"
    if change == "timestamp":
        sent["webhook-timestamp"] = str(int(sent["webhook-timestamp"]) - 1)

    answer = story.client.post(story.path, data=body + " " * (change == "body"), headers=sent)

    assert (answer.status_code, answer.json["code"]) == (401, "bad-signature")
    assert count("leads") == 0


@pytest.mark.parametrize("age", [360, -360])
def test_row_91_signature_of_another_time_is_refused(story, secret, age):
    answer = post(story, secret, age=age)

    assert (answer.status_code, answer.json["code"]) == (401, "bad-signature")
    assert "five minutes" in answer.json["detail"]
    assert count("leads") == 0


def test_row_93_signed_lead_sent_again_is_a_duplicate(story, secret, api):
    api.patch("/integration", {"duplicate_window_hours": 0})  # only the key can tell
    body = json.dumps(JANE)
    sent = headers(secret, body)

    first = story.client.post(story.path, data=body, headers=sent)
    replay = story.client.post(story.path, data=body, headers=sent | {"Idempotency-Key": "x"})

    assert first.status_code == 202
    assert (replay.status_code, replay.json["status"]) == (200, "duplicate")
    assert replay.json["lead_id"] == first.json["lead_id"]
    assert count("leads") == 1


def test_unreadable_body_is_told_apart_from_an_unsigned_one(story, secret):
    unsigned = story.client.post(story.path, data="{")
    signed = story.client.post(story.path, data="{", headers=headers(secret, "{"))

    assert unsigned.status_code == 401
    assert signed.status_code == 400


@pytest.mark.parametrize(("status", "code"), [("paused", 423), ("retired", 410)])
def test_state_of_the_url_comes_before_the_signature(story, secret, api, status, code):
    story.answer()  # so that the process knows the URL, as it was
    if status == "paused":
        story.switch("paused")
    else:
        api.post("/integration/regenerate-url")

    answer = story.answer()

    assert answer.status_code == code


def test_secrets_are_exchanged_without_a_lead_being_refused(story, api, secret):
    second = api.post("/integration/signing-secrets").json
    first_id = api.get("/integration/signing-secrets").json["items"][0]["id"]

    both = [post(story, secret, message_id="1"), post(story, second["secret"], message_id="2")]
    removed = api.delete(f"/integration/signing-secrets/{first_id}")
    after = [post(story, secret, message_id="3"), post(story, second["secret"], message_id="4")]

    assert [answer.status_code for answer in both] == [202, 200]  # the same person twice
    assert removed.status_code == 204
    assert [answer.status_code for answer in after] == [401, 200]


def test_without_secrets_nothing_has_to_be_signed_any_more(story, api, secret):
    [kept] = api.get("/integration/signing-secrets").json["items"]
    required = api.get("/integration").json["signature_required"]

    api.delete(f"/integration/signing-secrets/{kept['id']}")

    assert required is True
    assert api.get("/integration").json["signature_required"] is False
    assert story.answer().status_code == 202


def test_rejected_lead_is_taken_by_a_replay_because_an_operator_vouches_for_it(
    story, api, secret
):
    story.answer()
    [rejection] = api.get("/rejections").json["items"]

    answer = api.post(f"/rejections/{rejection['id']}/replay")

    assert answer.status_code == 202


def test_secret_whose_key_was_lost_keeps_the_url_locked(story, secret):
    story.change(
        "UPDATE integrations SET parse_version = parse_version + 1,"
        " signing_secrets = jsonb_set(signing_secrets, '{0,sealed}', '\"of another key\"')"
    )

    assert post(story, secret).status_code == 401
    assert story.answer().status_code == 401
