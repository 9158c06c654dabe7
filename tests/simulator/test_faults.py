"""What each fault mode does to a create call, seen by the official client."""

import base64
import socket
import time
from urllib.parse import urlencode

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException

from .running import ACCOUNT_SID, AUTH_TOKEN, JANE, OURS, wait_until


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [("429", 429, 20429), ("500", 500, 20500), ("503", 503, 20503), ("401", 401, 20003)],
)
def test_error_modes_accept_nothing(simulator, send, mode, status, code):
    simulator.turn(mode=mode)

    with pytest.raises(TwilioRestException) as caught:
        send()

    assert (caught.value.status, caught.value.code) == (status, code)
    assert simulator.texts() == []


def test_accept_then_500_leaves_the_text_in_the_ledger(simulator, send, service):
    simulator.turn(mode="accept_then_500")

    with pytest.raises(TwilioRestException) as caught:
        send()

    assert caught.value.status == 500
    assert len(simulator.texts()) == 1
    wait_until(lambda: service.statuses() == ["sent", "delivered"])


def test_accept_then_hang_leaves_the_text_in_the_ledger(simulator, client_of):
    simulator.turn(mode="accept_then_hang")

    with pytest.raises(requests.ReadTimeout):
        client_of(simulator, timeout=0.3).messages.create(to=JANE, from_=OURS, body="Hi")

    assert len(simulator.texts()) == 1


def test_hang_then_accept_accepts_long_after_the_caller_gave_up(simulator, client_of):
    simulator.turn(mode="hang_then_accept", hang_ms=1000)

    with pytest.raises(requests.ReadTimeout):
        client_of(simulator, timeout=0.2).messages.create(to=JANE, from_=OURS, body="Hi")

    assert simulator.texts() == []
    wait_until(lambda: len(simulator.texts()) == 1)


@pytest.mark.parametrize(
    ("mode", "accepted"), [("reset_before_read", 0), ("reset_after_accept", 1)]
)
def test_reset_modes_send_a_tcp_reset(simulator, mode, accepted):
    simulator.turn(mode=mode)
    form = urlencode({"To": JANE, "From": OURS, "Body": "Hi"})
    credentials = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
    head = (
        f"POST /2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json HTTP/1.1\r\n"
        f"Host: 127.0.0.1\r\nAuthorization: Basic {credentials}\r\n"
        f"Content-Length: {len(form)}\r\n\r\n"
    )

    with socket.create_connection(("127.0.0.1", simulator.port), 5) as connection:
        connection.sendall((head + form).encode())
        with pytest.raises(ConnectionResetError):
            connection.recv(1)

    assert len(simulator.texts()) == accepted
    assert [call["outcome"] for call in simulator.calls()] == ["reset"]


@pytest.mark.parametrize("mode", ["reset_before_read", "reset_after_accept"])
def test_official_client_meets_a_broken_connection(simulator, send, mode):
    simulator.turn(mode=mode)

    with pytest.raises(requests.ConnectionError, match="Connection aborted"):
        send()


def test_half_a_body_is_no_answer_but_the_text_is_accepted(simulator, send):
    simulator.turn(mode="half_body")

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        send()

    assert len(simulator.texts()) == 1


def test_redirect_is_not_followed_by_the_official_client(simulator, send):
    simulator.turn(mode="302")

    with pytest.raises(TwilioException):
        send()

    assert [call["outcome"] for call in simulator.calls()] == ["302"]
    assert simulator.texts() == []


def test_followed_redirect_is_seen_among_the_calls(simulator):
    simulator.turn(mode="302")

    requests.post(
        f"{simulator.url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
        data={"To": JANE, "From": OURS, "Body": "Hi"},
        auth=(ACCOUNT_SID, AUTH_TOKEN),
        timeout=5,
    )

    assert [call["path"] for call in simulator.calls()][1:] == ["/_sim/redirected"]


def test_mode_leaves_fetches_lists_and_look_ups_alone(simulator, send, twilio):
    sid = send().sid
    simulator.turn(mode="reset_before_read")

    assert twilio.messages(sid).fetch().sid == sid
    assert len(twilio.messages.list()) == 1
    assert twilio.lookups.v2.phone_numbers(JANE).fetch().valid


def test_latency_delays_every_rest_answer(simulator, twilio):
    simulator.turn(latency_ms=250)
    started = time.monotonic()

    twilio.lookups.v2.phone_numbers(JANE).fetch()
    twilio.messages.list()

    assert time.monotonic() - started >= 0.5
