"""The pure parts: segments, signatures, HTTP answers, TwiML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from simulator import segments
from simulator.answers import Answer, read_answer
from simulator.callbacks import Reply
from simulator.inbound import replies
from simulator.signature import sign

NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNKED = CHUNKED_HEAD + b"5;x=y\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ł" * 70, 1),
        ("ł" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_segments_are_counted_as_carriers_do(body, count):
    assert segments.count(body) == count


@given(fields=st.dictionaries(st.text(min_size=1), st.text()))
def test_signature_is_the_one_that_twilios_library_computes(fields):
    url = "https://optin.example/twilio/status?delivery=d1"

    expected = RequestValidator("token").compute_signature(url, fields)

    assert sign("token", url, fields) == expected


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        (NO_CONTENT, Answer(204, b"", keeps_alive=True)),
        (PLAIN, Answer(200, b"hello", keeps_alive=True)),
        (CHUNKED, Answer(200, b"hello!", keeps_alive=True)),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + NO_CONTENT, Answer(204, b"", keeps_alive=True)),
        (
            b"HTTP/1.1 403 Forbidden\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n",
            Answer(403, b"", keeps_alive=False),
        ),
    ],
)
def test_answer_is_read_when_its_last_byte_has_come(received, answer):
    early = [read_answer(received[:cut], is_ended=False) for cut in range(len(received))]

    assert early == [None] * len(received)
    assert read_answer(received, is_ended=False) == answer


def test_answer_without_a_length_ends_with_the_connection():
    received = b"HTTP/1.1 200 OK\r\n\r\nhello"

    assert read_answer(received, is_ended=False) is None
    assert read_answer(received, is_ended=True) == Answer(200, b"hello", keeps_alive=False)


@pytest.mark.parametrize(
    "received",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ],
)
def test_nonsense_is_an_error(received):
    with pytest.raises(ValueError, match=r"."):
        read_answer(received, is_ended=False)


@pytest.mark.parametrize(
    ("twiml", "found"),
    [
        ("<Response><Message>Hi</Message></Response>", [(None, "Hi")]),
        (
            "<Response><Message><Body>Hi &amp; bye</Body></Message></Response>",
            [(None, "Hi & bye")],
        ),
        (
            '<Response><Message to="+12025550143">A</Message><Message>B</Message></Response>',
            [("+12025550143", "A"), (None, "B")],
        ),
        ("<Response><Message/></Response>", []),
        ("<Response>", []),
        ("", []),
    ],
)
def test_twiml_is_read_as_twilio_obeys_it(twiml, found):
    assert replies(Reply(200, twiml)) == found
