"""Status callbacks: what is posted, how it is signed, when, and how often."""

import time

import pytest
from twilio.request_validator import RequestValidator

from .running import ACCOUNT_SID, AUTH_TOKEN, JANE, OURS, free_port, wait_until


def is_signed(service, post):
    signature = post.headers.get("X-Twilio-Signature", "")
    url = service.url + post.path
    return RequestValidator(AUTH_TOKEN).validate(url, post.fields, signature)


def test_callbacks_carry_twilios_fields_and_a_signature_its_library_accepts(send, service):
    text = send()

    wait_until(lambda: len(service.received) == 2)

    sent, delivered = service.received
    assert sent.fields == {
        "AccountSid": ACCOUNT_SID,
        "ApiVersion": "2010-04-01",
        "From": OURS,
        "MessageSid": text.sid,
        "MessageStatus": "sent",
        "SmsSid": text.sid,
        "SmsStatus": "sent",
        "To": JANE,
    }
    date_done = delivered.fields.pop("RawDlrDoneDate")
    assert len(date_done) == 10
    assert delivered.fields == sent.fields | {
        "MessageStatus": "delivered",
        "SmsStatus": "delivered",
    }
    delivered.fields["RawDlrDoneDate"] = date_done
    assert service.url + sent.path == service.status_url
    assert is_signed(service, sent)
    assert is_signed(service, delivered)
    assert sent.headers["Content-Type"].startswith("application/x-www-form-urlencoded")


def test_signature_does_not_fit_another_url_or_body(send, service):
    send()

    wait_until(lambda: service.received)

    post = service.received[0]
    assert is_signed(service, post)
    post.fields["MessageStatus"] = "delivered"
    assert not is_signed(service, post)


def test_sent_follows_the_answer_and_delivered_comes_a_tenth_of_a_second_later(send, service):
    send()
    answered = time.monotonic()

    wait_until(lambda: len(service.received) == 2)

    sent, delivered = service.received
    assert sent.at > answered
    assert 0.08 < delivered.at - sent.at < 5


def test_callback_ms_moves_the_final_status(send, service, simulator):
    simulator.turn(callback_ms=600)

    send()

    wait_until(lambda: len(service.received) == 2)
    assert service.received[1].at - service.received[0].at > 0.55


def test_latency_holds_callbacks_back_until_the_answer(send, service, simulator):
    simulator.turn(latency_ms=300)
    asked = time.monotonic()

    send()
    answered = time.monotonic()

    assert answered - asked >= 0.3
    wait_until(lambda: service.received)
    assert service.received[0].at > answered


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        ("normal", ["sent", "delivered"]),
        ("duplicate", ["sent", "sent", "delivered", "delivered"]),
        ("reversed", ["delivered", "sent"]),
        ("early", ["sent", "delivered"]),
        ("unsigned", ["sent", "delivered"]),
    ],
)
def test_dial_decides_which_callbacks_come(send, service, simulator, kind, statuses):
    simulator.turn(callbacks=kind)

    send()

    wait_until(lambda: len(service.received) == len(statuses))
    assert service.statuses() == statuses
    assert all(is_signed(service, post) == (kind != "unsigned") for post in service.received)


def test_early_callbacks_overtake_the_answer(send, service, simulator):
    simulator.turn(callbacks="early")

    send()

    assert service.statuses() == ["sent", "delivered"]


def test_no_callbacks_come_when_none_are_dialed(send, service, simulator, twilio):
    simulator.turn(callbacks="none")
    silent = send()
    wait_until(lambda: twilio.messages(silent.sid).fetch().status == "delivered")
    simulator.turn(callbacks="normal")

    told = send()

    wait_until(lambda: len(service.received) == 2)
    assert {post.fields["MessageSid"] for post in service.received} == {told.sid}


def test_text_without_a_status_callback_is_delivered_silently(twilio, service):
    sid = twilio.messages.create(to=JANE, from_=OURS, body="Hi").sid

    wait_until(lambda: twilio.messages(sid).fetch().status == "delivered")

    assert service.received == []


def test_callback_is_posted_once_more_when_the_connection_fails(send, service):
    service.to_drop = 1

    send()

    wait_until(lambda: len(service.received) == 3)
    assert service.statuses() == ["sent", "sent", "delivered"]
    tokens = [post.headers["I-Twilio-Idempotency-Token"] for post in service.received]
    assert tokens[0] == tokens[1] != tokens[2]


def test_callback_is_given_up_after_its_one_retry(send, service):
    service.to_drop = 2

    send()

    wait_until(lambda: len(service.received) == 3)
    assert service.statuses() == ["sent", "sent", "delivered"]
    assert service.to_drop == 0


def test_dead_receiver_holds_up_nobody(send, service, twilio):
    dead = f"http://127.0.0.1:{free_port()}/status"
    unheard = send(status_callback=dead)
    send()

    wait_until(lambda: len(service.received) == 2)

    wait_until(lambda: twilio.messages(unheard.sid).fetch().status == "delivered")


def test_slow_receiver_holds_up_neither_calls_nor_other_callbacks(send, service, simulator):
    service.answering.clear()
    started = time.monotonic()

    for _ in range(20):
        send()

    wait_until(lambda: len(service.received) == 40)
    assert time.monotonic() - started < 10  # none of them has been answered yet
    service.answering.set()


def test_answer_of_any_kind_ends_a_callback(send, service, twilio):
    service.status = 500

    send()

    wait_until(lambda: len(service.received) == 2)
    service.status = 204
    send()
    wait_until(lambda: len(service.received) == 4)
    assert service.statuses() == ["sent", "delivered", "sent", "delivered"]
