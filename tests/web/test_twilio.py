"""What Twilio calls: signed or refused, committed before it is answered, stops honored."""

import threading
from xml.etree import ElementTree as ET

import pytest
from twilio.request_validator import RequestValidator

import config
from models import SuppressionKind
from tests.story import OURS, PHONE
from workers.callbacks import status_callback
from workers.leads import process_lead
from workers.told import OPTED_OUT


def message(answer):
    """Return the text that the answer has Twilio send, or None."""
    return ET.fromstring(answer.data).findtext("Message")  # noqa: S314  (our own answer)


def test_receipt_is_answered_204_after_its_commit(story, simulator):
    lead_id = story.texted()

    answer = story.told(lead_id, "sent")

    assert (answer.status_code, answer.data) == (204, b"")
    [receipt] = story.receipts(lead_id)
    assert (receipt.status, receipt.attempt) == ("sent", 1)
    assert receipt.request_id


def test_status_callback_of_the_simulator_is_taken(story, simulator):
    lead_id = story.texted()
    [sent] = simulator.texts()
    form = {
        "AccountSid": config.TWILIO_ACCOUNT_SID,
        "ApiVersion": "2010-04-01",
        "ErrorCode": "30006",
        "From": OURS,
        "MessageSid": sent["sid"],
        "MessageStatus": "undelivered",
        "SmsSid": sent["sid"],
        "SmsStatus": "undelivered",
        "To": PHONE,
    }

    answer = story.signed(sent["status_callback"], form)

    assert answer.status_code == 204
    [receipt] = story.receipts(lead_id)
    assert (receipt.sid, receipt.error_code, receipt.raw) == (sent["sid"], 30006, form)


def test_catalog_96_receipt_without_a_signature_is_refused_and_changes_nothing(
    story, simulator
):
    lead_id = story.texted()
    path = status_callback(story.delivery(lead_id).lead_id, 1).removeprefix(
        config.PUBLIC_BASE_URL
    )
    form = {"MessageSid": story.delivery(lead_id).sid, "MessageStatus": "delivered"}

    for headers in ({}, {"X-Twilio-Signature": "bm8="}, {"X-Twilio-Signature": "é"}):
        answer = story.client.post(path, data=form, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (403, "bad-signature")

    assert story.receipts(lead_id) == []


def test_catalog_96_changed_field_is_refused(story, simulator):
    lead_id = story.texted()
    form = {"MessageSid": story.delivery(lead_id).sid, "MessageStatus": "sent"}
    address = status_callback(story.delivery(lead_id).lead_id, 1)
    signature = RequestValidator(config.TWILIO_AUTH_TOKEN).compute_signature(address, form)

    answer = story.client.post(
        address.removeprefix(config.PUBLIC_BASE_URL),
        data=form | {"MessageStatus": "delivered"},
        headers={"X-Twilio-Signature": signature},
    )

    assert answer.status_code == 403


def test_signature_of_another_account_s_token_is_refused(story):
    answer = story.signed("/twilio/inbound", {"MessageSid": "SM1"}, token="1" * 32)

    assert answer.status_code == 403


def test_previous_token_is_taken_while_it_is_rotated(story, monkeypatch):
    monkeypatch.setattr("config.TWILIO_AUTH_TOKEN_PREVIOUS", "1" * 32)
    form = {"MessageSid": "SM1", "From": PHONE, "To": OURS, "Body": "Hi"}

    assert story.signed("/twilio/inbound", form, token="1" * 32).status_code == 200
    assert story.signed("/twilio/inbound", form).status_code == 200


def test_signature_covers_the_public_address_whatever_host_says(story):
    form = {"MessageSid": "SM1", "From": PHONE, "To": OURS, "Body": "Hi"}
    foreign = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    validator = RequestValidator(config.TWILIO_AUTH_TOKEN)
    there = validator.compute_signature("http://evil.example/twilio/inbound", form)
    answer = story.client.post(
        "/twilio/inbound", data=form, headers=foreign | {"X-Twilio-Signature": there}
    )

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "?lead=no&attempt=1&sig=x",
        "?lead=6a0b1a47-9a0c-4d5e-8d43-0d7b1c2c3d4e&attempt=x&sig=x",
        "?lead=6a0b1a47-9a0c-4d5e-8d43-0d7b1c2c3d4e&attempt=1&sig=x",
        "",
    ],
)
def test_f26_address_that_is_not_ours_names_no_lead(story, query):
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}

    answer = story.signed(f"/twilio/status{query}", form)

    assert answer.status_code == 204
    assert story.value("SELECT count(*) FROM receipts WHERE lead_id IS NULL") == 1


@pytest.mark.parametrize("missing", ["MessageSid", "MessageStatus"])
def test_receipt_without_what_it_needs_is_400(story, missing):
    form = {"MessageSid": "SM1", "MessageStatus": "sent"}
    del form[missing]

    answer = story.signed("/twilio/status", form)

    assert (answer.status_code, answer.json["code"]) == (400, "bad-request")


@pytest.mark.parametrize(("code", "kept"), [("30003", 30003), ("x", None), ("9" * 12, None)])
def test_error_code_is_a_number_or_nothing(story, simulator, code, kept):
    lead_id = story.texted()

    story.told(lead_id, "undelivered", code)

    assert story.receipts(lead_id)[0].error_code == kept


STOPS = [
    "STOP",
    "stop",
    " Stop. ",
    "STOP \U0001f6d1",
    "UNSUBSCRIBE",
    "End",
    "QUIT",
    "STOPALL",
    "CANCEL",
    "REVOKE",
    "OPTOUT",
    "opt out",
]
FREE = ["stop please", "please stop texting me", "Take me off your list"]


@pytest.mark.parametrize("body", STOPS)
def test_rule_27_stop_word_suppresses_before_the_answer(story, body):
    answer = story.says(body)

    assert answer.status_code == 200
    assert answer.content_type == "text/xml; charset=utf-8"
    [suppression] = story.suppressions()
    assert suppression.kind == SuppressionKind.OPTED_OUT
    assert (suppression.needs_review, suppression.source) == (False, "inbound text")


@pytest.mark.parametrize("body", FREE)
def test_rule_27_free_text_that_reads_as_stop_suppresses_and_asks_for_review(story, body):
    story.says(body)

    [suppression] = story.suppressions()
    assert suppression.kind == SuppressionKind.OPTED_OUT
    assert suppression.needs_review


@pytest.mark.parametrize(
    "body", ["Yes", "HELP", "Who is this?", "", "Call me when you stop by"]
)
def test_rule_27_nothing_else_suppresses(story, body):
    answer = story.says(body)

    assert answer.status_code == 200
    assert message(answer) is None
    assert story.suppressions() == []
    assert story.value("SELECT body FROM texts") == body


def test_rule_27_twilio_s_own_reading_counts(story):
    story.says("ARRET", OptOutType="STOP")

    assert [each.kind for each in story.suppressions()] == [SuppressionKind.OPTED_OUT]


@pytest.mark.parametrize("body", [*FREE, "opt out"])
def test_rule_24_confirmation_answers_the_stop_where_twilio_sends_none(story, body):
    assert message(story.says(body)) == OPTED_OUT

    assert story.value("SELECT body FROM texts WHERE direction = 'out'") == OPTED_OUT


@pytest.mark.parametrize("body", ["STOP", "stop", " Stop ", *STOPS[4:11]])
def test_rule_24_no_confirmation_where_twilio_sends_its_own(story, body):
    assert message(story.says(body)) is None


def test_rule_24_no_confirmation_where_twilio_has_read_it_itself(story):
    assert message(story.says("please stop texting me", OptOutType="STOP")) is None


def test_rule_24_confirmation_can_be_switched_off(story, monkeypatch):
    monkeypatch.setattr("config.OPT_OUT_CONFIRMATION", False)

    assert message(story.says("please stop texting me")) is None
    assert story.suppressions() != []


def test_rule_24_confirmation_is_a_single_one(story):
    first = story.says("please stop texting me", sid="SM1")
    repeated = story.says("please stop texting me", sid="SM1")
    again = story.says("I said stop texting me", sid="SM2")

    assert [message(each) for each in (first, repeated, again)] == [OPTED_OUT, None, None]
    assert len(story.suppressions()) == 1


def test_rule_25_stop_takes_the_person_out_of_the_queue_and_cancels_what_waits(
    story, simulator, monkeypatch
):
    monkeypatch.setattr("workers.sms._create.retry.sleep", lambda seconds: None)
    story.delivered()
    simulator.fault(mode="429")
    process_lead(waiting := story.another())

    story.says("STOP")

    assert story.contact().queued_at is None
    assert story.stands(waiting) == ("suppressed", "suppressed", False)


def test_text_that_twilio_repeats_is_kept_once(story):
    for _ in range(2):
        assert story.says("Hello").status_code == 200

    assert story.value("SELECT count(*) FROM texts") == 1


def test_repeated_stop_does_not_undo_what_was_lifted_since(story):
    story.says("STOP", sid="SM1")
    story.lift(story.suppressions()[0])

    story.says("STOP", sid="SM1")

    assert [each.lifted_at is None for each in story.suppressions()] == [False]


def test_stop_that_is_told_twice_at_once_suppresses_once(story):
    """Twilio calls again when it has waited for long: some rounds of both at once."""
    for turn in range(15):
        phone, answers = f"+1202555{101 + turn:04d}", []
        start = threading.Barrier(2)

        def say(phone=phone, turn=turn, answers=answers, start=start):
            start.wait()
            answers.append(story.says("please stop texting me", phone, sid=f"SM{turn}"))

        threads = [threading.Thread(target=say) for _ in range(2)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert [answer.status_code for answer in answers] == [200, 200]
        assert sorted(message(each) is None for each in answers) == [False, True]
        assert len(story.suppressions(phone)) == 1


def test_rule_30_stop_counts_in_every_account_that_has_the_number(story, make_somebody):
    other = make_somebody()
    story.change(
        "INSERT INTO phone_numbers (id, account_id, number, status, deleted_at)"
        " VALUES (gen_random_uuid(), :account, :number, 'approved', now())",
        account=other.account_id,
        number=OURS,
    )

    story.says("STOP")

    assert {each.account_id for each in story.suppressions()} == {
        story.account,
        other.account_id,
    }


def test_text_to_a_number_of_nobody_is_answered_and_left(story):
    answer = story.says("STOP", To="+12025550199")

    assert (answer.status_code, message(answer)) == (200, None)
    assert story.suppressions() == []


def test_what_postgresql_cannot_keep_is_cleaned(story):
    story.says("He\0llo", FromCity="A\0b")

    assert story.value("SELECT body FROM texts") == "Hello"
    assert story.value("SELECT raw->>'FromCity' FROM texts") == "Ab"


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To"])
def test_text_without_what_it_needs_is_400(story, missing):
    form = {"MessageSid": "SM1", "From": PHONE, "To": OURS, "Body": "Hi"}
    del form[missing]

    assert story.signed("/twilio/inbound", form).status_code == 400


def test_person_s_text_is_on_her_timeline(story, simulator):
    story.delivered()

    story.says("Hello")

    assert story.value("SELECT text FROM timeline WHERE kind = 'texted_back'") == "Texted back."
