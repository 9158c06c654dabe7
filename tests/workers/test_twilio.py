"""What Twilio's answers mean, each told by a Twilio that gives it: may it have the text?"""

import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import eventually
from tests.story import BODY, OURS, PHONE
from workers import twilio
from workers.twilio import Halted, MaybeSent, NotSent, Refused, TwilioUnavailable

CALLBACK = "http://127.0.0.1:1/twilio/status"


def create(to=PHONE, **given):
    return twilio.create(
        to=to,
        from_number=OURS,
        body=BODY,
        **({"status_callback": CALLBACK, "validity_seconds": None} | given),
    )


@pytest.fixture(autouse=True)
def fresh_clients(monkeypatch):
    """A client is kept by its time limit: a test that shortens one gets its own."""
    monkeypatch.setattr(twilio, "_local", threading.local())


@pytest.fixture
def answering(monkeypatch):
    """Make a Twilio that gives one fixed answer to everything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        monkeypatch.setattr("config.TWILIO_BASE_URL", address)
        raw = []

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, connection.makefile("rb") as request:
                    head = list(iter(request.readline, b"\r\n"))
                    lengths = [int(line[15:]) for line in head if line.startswith(b"Content-L")]
                    request.read(*lengths or [0])
                    connection.sendall(raw[0])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()

        def answer(status, body, content_type="application/json"):
            head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\n"
            raw[:] = [f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()]

        yield answer
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_text_arrives_as_it_was_given(simulator):
    text = create(validity_seconds=60)

    [sent] = simulator.texts()
    assert text.sid == sent["sid"]
    assert (sent["to"], sent["from"], sent["body"]) == (PHONE, OURS, BODY)
    assert sent["status_callback"] == CALLBACK
    assert (text.status, text.error_code, text.from_number) == ("queued", None, OURS)


@pytest.mark.parametrize(
    "mode",
    ["accept_then_500", "reset_before_read", "reset_after_accept", "500", "503", "302"],
)
def test_outcome_text_that_may_have_left_is_unknown_and_not_tried_again(simulator, mode):
    simulator.fault(mode=mode)

    with pytest.raises(MaybeSent):
        create()

    assert len(simulator.calls()) == 1


@pytest.mark.parametrize("mode", ["accept_then_hang", "hang_then_accept"])
def test_outcome_call_ends_at_its_deadline_as_unknown(simulator, monkeypatch, mode):
    monkeypatch.setattr(twilio, "CREATE_SECONDS", 0.5)
    simulator.fault(mode=mode, hang_ms=5_000)

    with pytest.raises(MaybeSent):
        create()


def test_outcome_accepted_with_half_an_answer_is_accepted_without_an_id(simulator):
    simulator.fault(mode="half_body")

    text = create()

    assert text.sid is None
    assert len(simulator.texts()) == 1


@pytest.mark.parametrize("body", ["", "<html>", "null", "[]", '"x"', '{"error_code": "abc"}'])
def test_outcome_unreadable_success_is_accepted_without_an_id(answering, body):
    answering(201, body)

    assert create().sid is None


def test_outcome_success_that_breaks_off_is_accepted_without_an_id(answering):
    answering(201, "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("http.client.HTTPResponse.read", _break_off)
        text = create()

    assert text == twilio.TwilioText(sid=None, status="accepted")


def _break_off(*_):
    raise ConnectionResetError


def test_redirect_is_not_followed(simulator):
    simulator.fault(mode="302")

    with pytest.raises(MaybeSent, match="302"):
        create()

    assert [call["path"] for call in simulator.calls() if "redirected" in call["path"]] == []


def test_outcome_429_is_certainly_not_sent(simulator):
    simulator.fault(mode="429")

    with pytest.raises(NotSent):
        create()


def test_outcome_refused_connection_is_certainly_not_sent(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    monkeypatch.setattr("config.TWILIO_BASE_URL", f"http://127.0.0.1:{closed}")

    with pytest.raises(NotSent, match="ConnectionRefusedError"):
        create()


def test_outcome_unknown_host_is_certainly_not_sent(monkeypatch):
    monkeypatch.setattr("config.TWILIO_BASE_URL", "http://twilio.invalid")

    with pytest.raises(NotSent):
        create()


def test_f27_refused_credentials_halt_the_whole_account(simulator):
    simulator.fault(mode="401")

    with pytest.raises(Halted) as halted:
        create()

    assert (halted.value.code, halted.value.whole_account) == (20003, True)


@pytest.mark.parametrize(
    ("status", "code", "whole_account"),
    [
        (401, 20003, True),
        (403, 30002, True),
        (400, 21408, True),
        (400, 21606, False),
        (400, 30034, False),
        (400, 21212, False),
    ],
)
def test_fate_code_of_the_account_or_number_halts_it(answering, status, code, whole_account):
    answering(status, f'{{"code": {code}, "message": "no", "status": {status}}}')

    with pytest.raises(Halted) as halted:
        create()

    assert (halted.value.code, halted.value.whole_account) == (code, whole_account)


def test_401_without_a_code_halts_the_whole_account(answering):
    answering(401, "<html>no</html>", "text/html")

    with pytest.raises(Halted) as halted:
        create()

    assert halted.value.whole_account


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, '{"code": 20429, "message": "slow", "status": 429}'),
        (429, "<html>too many</html>"),
        (400, '{"code": 30001, "message": "queue overflow", "status": 400}'),
    ],
    ids=["fate 20429", "429 of something between", "fate 30001 at create"],
)
def test_fate_twilio_asks_to_wait(answering, status, body):
    answering(status, body)

    with pytest.raises(NotSent):
        create()


@pytest.mark.parametrize(
    ("to", "code"),
    [("+12025550001", 21211), ("+12025550002", 21614), ("+12025550004", 21610)],
    ids=["fate 0001", "fate 0002", "fate 0004"],
)
def test_fate_refusal_of_one_text_carries_its_code(simulator, to, code):
    with pytest.raises(Refused) as refused:
        create(to)

    assert refused.value.code == code


def test_refusal_as_problem_details_is_read_as_well(answering):
    answering(
        400,
        '{"type": "x", "title": "Invalid To", "status": 400, "code": 21211, "detail": "d"}',
    )

    with pytest.raises(Refused, match="21211: Invalid To"):
        create()


@pytest.mark.parametrize("status", [400, 404, 408, 500])
def test_error_without_a_code_of_twilio_s_is_unknown(answering, status):
    answering(status, '{"message": "of something between", "code": null}')

    with pytest.raises(MaybeSent, match=f"HTTP {status}"):
        create()


def test_anything_else_of_the_client_is_unknown(monkeypatch):
    def fail(*_, **__):
        raise twilio.TwilioException("unheard of")

    monkeypatch.setattr("workers.twilio._Exchange.request", fail)

    with pytest.raises(MaybeSent):
        create()


def test_text_is_fetched_by_its_id(simulator):
    sid = create().sid

    assert eventually(lambda: twilio.fetch(sid).status == "delivered")


def test_text_that_twilio_does_not_know_is_none(simulator):
    assert twilio.fetch("SM" + "0" * 32) is None


@pytest.mark.parametrize(("status", "body"), [(500, "{}"), (200, "<html>")])
def test_twilio_that_does_not_answer_a_question_is_asked_again(answering, status, body):
    answering(status, body)

    with pytest.raises(TwilioUnavailable):
        twilio.fetch("SM" + "0" * 32)
    with pytest.raises(TwilioUnavailable):
        twilio.list_texts(PHONE)
    with pytest.raises(TwilioUnavailable):
        twilio.list_inbound(OURS, datetime.now(UTC))


def test_texts_to_a_number_are_listed(simulator):
    sid = create().sid

    [text] = twilio.list_texts(PHONE)

    assert (text.sid, text.body) == (sid, BODY)
    assert text.created_at > datetime.now(UTC) - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("phone", "kind"), [("+12025550142", "mobile"), ("+12025550009", "landline")]
)
def test_rule_14_look_up_tells_the_kind_of_line(simulator, phone, kind):
    assert twilio.line_type(phone) == kind


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, "{}"),
        (200, "<html>"),
        (200, "[]"),
        (200, '{"line_type_intelligence": null}'),
        (200, '{"line_type_intelligence": "mobile"}'),
        (200, '{"line_type_intelligence": {"type": null, "error_code": 60601}}'),
    ],
)
def test_rule_14_look_up_that_fails_says_nothing(answering, status, body):
    answering(status, body)

    assert twilio.line_type(PHONE) is None


def test_rule_14_look_up_that_takes_too_long_says_nothing(simulator, monkeypatch):
    monkeypatch.setattr(twilio, "LOOKUP_SECONDS", 0.2)
    simulator.fault(latency_ms=3_000)

    assert twilio.line_type(PHONE) is None


def test_client_asks_twilio_itself_where_nothing_else_is_set(monkeypatch):
    monkeypatch.setattr("config.TWILIO_BASE_URL", "https://api.twilio.com")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")

    client = twilio.client(1.0)

    assert client.lookups.base_url == "https://lookups.twilio.com"
    assert client.get_hostname(client.api.base_url) == "https://api.twilio.com"
