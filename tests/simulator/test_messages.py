"""Twilio's message resource, seen by the official client."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from .running import ACCOUNT_SID, AUTH_TOKEN, JANE, OURS, wait_until


def test_created_text_has_every_field_as_twilio_sends_it(send):
    before = datetime.now(UTC).replace(microsecond=0)

    text = send(body="Hi Jane")

    assert text.sid.startswith("SM")
    assert len(text.sid) == 34
    assert (text.to, text.from_, text.body) == (JANE, OURS, "Hi Jane")
    assert (text.status, text.direction) == ("queued", "outbound-api")
    assert (text.num_segments, text.num_media) == ("1", "0")
    assert (text.price, text.price_unit) == (None, "USD")
    assert (text.error_code, text.error_message) == (None, None)
    assert (text.account_sid, text.api_version) == (ACCOUNT_SID, "2010-04-01")
    assert text.messaging_service_sid is None
    assert text.date_sent is None
    assert before <= text.date_created <= datetime.now(UTC)
    assert text.date_updated == text.date_created
    assert text.uri == f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{text.sid}.json"
    assert text.subresource_uris == {"media": text.uri.replace(".json", "/Media.json")}


def test_json_names_exactly_the_fields_that_the_client_knows(send, simulator):
    sid = send().sid

    answer = requests.get(
        f"{simulator.url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{sid}.json",
        auth=(ACCOUNT_SID, AUTH_TOKEN),
        timeout=5,
    )

    assert set(answer.json()) == {
        *("account_sid", "api_version", "body", "date_created", "date_sent", "date_updated"),
        *("direction", "error_code", "error_message", "from", "messaging_service_sid"),
        *("num_media", "num_segments", "price", "price_unit", "sid", "status"),
        *("subresource_uris", "to", "uri"),
    }


def test_fetched_text_tells_how_far_it_got(send, twilio):
    sid = send().sid

    text = wait_until(lambda: _fetched(twilio, sid, "delivered"))

    assert text.error_code is None
    assert abs(text.date_sent - datetime.now(UTC)) < timedelta(seconds=10)


def _fetched(twilio, sid, status):
    text = twilio.messages(sid).fetch()
    return text if text.status == status else None


def test_text_through_a_messaging_service_has_no_sender_until_it_is_sent(twilio):
    twilio.messages.create(to="+12025550143", from_=OURS, body="So that we own a number")

    text = twilio.messages.create(to=JANE, messaging_service_sid="MG" + "1" * 32, body="Hi")

    assert (text.status, text.from_, text.num_segments) == ("accepted", None, "0")
    sent = wait_until(lambda: _fetched(twilio, text.sid, "delivered"))
    assert (sent.from_, sent.num_segments) == (OURS, "1")


def test_unknown_text_is_not_found(twilio):
    with pytest.raises(TwilioRestException) as caught:
        twilio.messages("SM" + "0" * 32).fetch()

    assert (caught.value.status, caught.value.code) == (404, 20404)


def test_wrong_auth_token_is_refused(simulator, client_of):
    stranger = client_of(simulator, token="x" * 32)

    with pytest.raises(TwilioRestException) as caught:
        stranger.messages.create(to=JANE, from_=OURS, body="Hi")

    assert (caught.value.status, caught.value.code) == (401, 20003)
    assert simulator.texts() == []


def test_credentials_are_good_for_their_own_account_only(simulator, twilio):
    other = twilio.api.v2010.accounts("AC" + "1" * 32)

    with pytest.raises(TwilioRestException) as caught:
        other.messages.create(to=JANE, from_=OURS, body="Hi")

    assert (caught.value.status, caught.value.code) == (401, 20003)
    assert simulator.texts() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "12345"}, 21211),
        ({"To": OURS}, 21266),
        ({"From": ""}, 21603),
        ({"From": "Acme"}, 21212),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"StatusCallback": "nowhere"}, 21609),
        ({"StatusCallback": "http://127.0.0.1/a b"}, 21609),
        ({"ValidityPeriod": "36001"}, 20001),
    ],
)
def test_unusable_create_call_gets_twilios_error(simulator, changes, code):
    fields = {"To": JANE, "From": OURS, "Body": "Hi"} | changes

    answer = requests.post(
        f"{simulator.url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
        data=fields,
        auth=(ACCOUNT_SID, AUTH_TOKEN),
        timeout=5,
    )

    assert answer.status_code == 400
    error = answer.json()
    assert (error["code"], error["status"]) == (code, 400)
    assert error["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert error["message"]
    assert simulator.texts() == []


@pytest.mark.parametrize(
    ("ending", "code"), [("0001", 21211), ("0002", 21614), ("0004", 21610)]
)
def test_number_that_is_refused_at_once_leaves_no_text(send, simulator, ending, code):
    with pytest.raises(TwilioRestException) as caught:
        send(to=f"+1202555{ending}")

    assert (caught.value.status, caught.value.code) == (400, code)
    assert simulator.texts() == []


@pytest.mark.parametrize(
    ("ending", "code"), [("0003", 30006), ("0005", 30003), ("0006", 30007)]
)
def test_number_that_fails_by_receipt_ends_undelivered(send, twilio, service, ending, code):
    sid = send(to=f"+1202555{ending}").sid

    text = wait_until(lambda: _fetched(twilio, sid, "undelivered"))

    assert text.error_code == code
    assert text.error_message
    wait_until(lambda: len(service.received) == 2)
    sent, failed = service.received
    assert (sent.fields["MessageStatus"], sent.fields.get("ErrorCode")) == ("sent", None)
    assert (failed.fields["MessageStatus"], failed.fields["ErrorCode"]) == (
        "undelivered",
        str(code),
    )


def test_number_0007_stays_sent(send, twilio, service, simulator):
    simulator.turn(callback_ms=0)
    sid = send(to="+12025550007").sid
    wait_until(lambda: _fetched(twilio, sid, "sent"))

    later = send()  # another text overtakes it all the way to its end

    wait_until(lambda: _fetched(twilio, later.sid, "delivered"))
    assert twilio.messages(sid).fetch().status == "sent"


def test_number_0008_is_accepted_at_once_but_answered_slowly(simulator, client_of):
    impatient = client_of(simulator, timeout=0.5)

    with pytest.raises(requests.ReadTimeout):
        impatient.messages.create(to="+12025550008", from_=OURS, body="Hi")

    assert [text["to"] for text in simulator.texts()] == ["+12025550008"]
