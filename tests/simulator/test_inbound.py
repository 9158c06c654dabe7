"""People texting back, and the TwiML that answers them."""

import pytest
from twilio.request_validator import RequestValidator

from .running import ACCOUNT_SID, AUTH_TOKEN, JANE, OURS, wait_until

TWIML = b'<?xml version="1.0"?><Response><Message>You are out.</Message></Response>'


def test_inbound_text_reaches_the_service_as_twilio_posts_it(simulator, service):
    answer = simulator.text_back("STOP please")

    (post,) = service.received
    sid = answer.json()["sid"]
    assert post.path == "/twilio/inbound"
    assert post.fields == {
        "AccountSid": ACCOUNT_SID,
        "ApiVersion": "2010-04-01",
        "Body": "STOP please",
        "From": JANE,
        "FromCity": "",
        "FromCountry": "US",
        "FromState": "",
        "FromZip": "",
        "MessageSid": sid,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "To": OURS,
        "ToCity": "",
        "ToCountry": "US",
        "ToState": "",
        "ToZip": "",
    }
    signature = post.headers["X-Twilio-Signature"]
    assert RequestValidator(AUTH_TOKEN).validate(
        service.url + post.path, post.fields, signature
    )


def test_answer_tells_what_the_service_gave(simulator, service):
    service.status, service.body = 200, b"<Response></Response>"

    answer = simulator.text_back("Hello")

    assert answer.status_code == 200
    assert answer.json() == {
        "sid": answer.json()["sid"],
        "status": 200,
        "twiml": "<Response></Response>",
    }


def test_opt_out_type_is_passed_on(simulator, service):
    simulator.text_back("STOP", opt_out_type="STOP")

    assert service.received[0].fields["OptOutType"] == "STOP"


def test_twiml_message_is_a_text_of_its_own(simulator, service):
    service.status, service.body = 200, TWIML

    simulator.text_back("opt out")

    (text,) = simulator.texts(to=JANE)
    assert (text["via"], text["from"], text["body"]) == ("twiml", OURS, "You are out.")
    wait_until(lambda: simulator.texts()[0]["status"] == "delivered")


@pytest.mark.parametrize("body", [b"", b"<Response/>", b"Thanks!", b"<Message>Hi</Message>"])
def test_answer_without_a_twiml_message_sends_nothing(simulator, service, body):
    service.status, service.body = 200, body

    simulator.text_back("Hello")

    assert simulator.texts() == []


def test_inbound_text_to_a_dead_service_has_no_status(own_simulator, service, tmp_path):
    own_simulator.end()
    own_simulator.inbound_url = "http://127.0.0.1:9/twilio/inbound"
    own_simulator.start()

    answer = own_simulator.text_back("Hello")

    assert (answer.status_code, answer.json()["status"]) == (200, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from": "Jane"}, "from"),
        ({"to": ""}, "to"),
        ({"body": None}, "body"),
        ({"body": "x" * 1601}, "body"),
        ({"opt_out_type": "MAYBE"}, "opt_out_type"),
    ],
)
def test_unusable_inbound_text_is_refused(simulator, service, changes, field):
    answer = simulator.text_back("Hello", **changes)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert service.received == []
