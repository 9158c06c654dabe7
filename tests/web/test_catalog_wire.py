"""The bad-input catalog over a bare socket: the head of a request, and how its body travels.

Each test carries the row. Nothing is stored where nothing may be, and the process takes the
next lead (tests/web/conftest.py).
"""

import gzip
import time

import pytest

from tests.web.conftest import JANE, JOHN, JSON, MARK, refused
from tests.web.raw import chunked, connect, receive, request

FORM = "Content-Type: application/x-www-form-urlencoded"
FORM_JANE = b"first_name=Jane&last_name=Doe&phone=%2B12025550142"
LIMIT = 64 * 1024


def in_chunks(wire, *chunks, end=b"0\r\n\r\n", lines=(JSON,)):
    """Write a request in chunks that are given as they are."""
    head = request("POST", wire.path, "Transfer-Encoding: chunked", *lines)
    return head + b"".join(chunks) + end


def chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


UNKNOWN = {
    "1-right-length": lambda token: "x" * len(token),
    "1-one-letter-more": lambda token: token + "A",
    "1-one-letter-less": lambda token: token[:-1],
    "1-nul": lambda token: token + "%00",
    "1-space": lambda token: token + "%20",
    "1-no-utf-8": lambda token: "%ff%fe",
    "1-parameter": lambda token: token + ";v=1",
    "4-swapped-case": str.swapcase,
    "6-slash-at-the-end": lambda token: token + "/",
    "6-slash-in-front": lambda token: "/" + token,
    "6-escaped-slash": lambda token: token + "%2F",
    "6-dots": lambda token: f"../hooks/{token}",
}


@pytest.mark.parametrize("other", UNKNOWN.values(), ids=UNKNOWN)
def test_row_1_4_6_address_that_never_existed_is_404_and_keeps_nothing(wire, other):
    reply = wire.post(JSON, path=f"/hooks/{other(wire.token)}")

    assert refused(reply, 404, "not-found")
    assert (wire.leads(), wire.rejections()) == (0, 0)


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("UPDATE integrations SET status = 'paused'", 423),
        ("UPDATE endpoint_tokens SET retired_at = now()", 410),
        ("UPDATE integrations SET deleted_at = now()", 410),
    ],
    ids=["7-paused", "8-regenerated", "9-deleted"],
)
def test_row_7_8_9_closed_url_takes_no_lead_and_keeps_the_body(wire, statement, status):
    wire.story.change(statement)

    reply = wire.lead(JANE)

    assert refused(reply, status)
    assert ("retry-after" in reply.headers) == (status == 423)
    assert (wire.leads(), wire.rejections()) == (0, 1)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_row_10_other_methods_are_405_with_allow(wire, method):
    reply = wire.send(request(method, wire.path, JSON, body=JANE))

    assert refused(reply, 405, "method-not-allowed")
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert (wire.leads(), wire.rejections()) == (0, 0)


def test_row_10_get_and_head_are_a_plain_page(wire):
    got = wire.send(request("GET", wire.path))
    with connect(wire.port) as sock:
        sock.sendall(request("HEAD", wire.path, "Connection: close"))
        head = sock.makefile("rb").read()

    assert (got.status, got.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert head.endswith(b"\r\n\r\n")


def test_row_11_options_grants_no_other_site(wire):
    reply = wire.send(request("OPTIONS", wire.path, f"Origin: https://{MARK}.example"))

    assert (reply.status, reply.body) == (204, b"")
    assert "POST" in reply.headers["allow"]
    assert not any(name.startswith("access-control") for name in reply.headers)


@pytest.mark.parametrize(
    "method",
    ["TRACE", "CONNECT", "FOO", "post", "Post", "PROPFIND", "A" * 300, "P OST", "POST\0"],
)
def test_row_12_method_that_nobody_knows_is_405_or_400(wire, method):
    reply = wire.send(request(method, wire.path, f"X-Word: {MARK}", JSON, body=JANE))

    assert refused(reply, 400 if {" ", "\0"} & {*method} else 405)
    assert (wire.leads(), wire.rejections()) == (0, 0)


@pytest.mark.parametrize("lines", [(), (JSON,), (FORM,), (JSON, "Content-Length: 0")])
@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_row_13_14_empty_body_is_400(wire, lines, body):
    lines = lines if not body else [line for line in lines if "Length" not in line]

    reply = wire.post(*lines, body=body)

    assert refused(reply, 400, "empty-body")
    assert wire.leads() == 0


CUT = {
    "shorter-than-its-length": lambda wire: (
        request("POST", wire.path, JSON, f"Content-Length: {len(JANE) + 1}") + JANE
    ),
    "chunk-cut": lambda wire: in_chunks(wire, chunk(JANE)[:-9], end=b""),
    "no-last-chunk": lambda wire: in_chunks(wire, chunk(JANE), end=b""),
    "form-without-its-end": lambda wire: (
        request("POST", wire.path, FORM, f"Content-Length: {len(FORM_JANE) + 2}") + FORM_JANE
    ),
}


@pytest.mark.parametrize("cut", CUT.values(), ids=CUT)
def test_row_15_body_whose_sender_leaves_makes_no_lead(wire, cut):
    reply = wire.send(cut(wire), then_close=True)

    assert reply.status in {0, 400}
    assert wire.leads() == 0


def test_row_15_body_whose_sender_falls_silent_makes_no_lead(wire):
    reply = wire.send(CUT["shorter-than-its-length"](wire), wait=40)

    assert refused(reply, 408, "body-too-slow")
    assert (wire.leads(), wire.rejections()) == (0, 0)


def test_row_16_surplus_of_a_body_is_no_second_request(wire):
    inner = request("POST", wire.path, JSON, body=JOHN)

    with connect(wire.port) as sock:
        sock.sendall(request("POST", wire.path, JSON, f"Content-Length: {len(JANE)}"))
        sock.sendall(JANE + b"surplus" + inner)
        first, second = receive(sock), receive(sock)

    assert first.status == 202
    assert second.status in {400, 405}  # "surplusPOST" is no method
    assert wire.story.value("SELECT min(first_name) FROM leads") == "Jane"
    assert wire.leads() == 1


BROKEN_CHUNKS = {
    "no-size": b"zz\r\n" + JANE + b"\r\n",
    "negative": b"-1\r\n\r\n",
    "hexadecimal-mark": b"0x46\r\n" + JANE + b"\r\n",
    "larger-than-any-number": b"f" * 21 + b"\r\n",
    "no-line-end": chunk(JANE)[:-2],
    "line-end-in-extension": b"46;a\nb\r\n" + JANE + b"\r\n",
    "endless-extension": b"46;" + b"a" * 70_000 + b"\r\n" + JANE + b"\r\n",
}


@pytest.mark.parametrize("chunks", BROKEN_CHUNKS.values(), ids=BROKEN_CHUNKS)
def test_row_19_broken_chunk_is_400(wire, chunks):
    reply = wire.send(in_chunks(wire, chunks))

    assert refused(reply, 400)
    assert wire.leads() == 0


@pytest.mark.parametrize("coding", ["gzip, chunked", "chunked, chunked", "br,chunked"])
def test_row_20_other_transfer_coding_is_501(wire, coding):
    head = request("POST", wire.path, f"Transfer-Encoding: {coding}", JSON)

    reply = wire.send(head + chunk(JANE) + b"0\r\n\r\n")

    assert refused(reply, 501, "transfer-coding")
    assert wire.leads() == 0


@pytest.mark.parametrize("coding", ["gzip", "identity", "x", "chunked;a=b"])
def test_row_20_coding_that_does_not_end_in_chunks_is_400(wire, coding):
    head = request("POST", wire.path, f"Transfer-Encoding: {coding}", JSON)

    assert refused(wire.send(head + chunk(JANE) + b"0\r\n\r\n"), 400)
    assert wire.leads() == 0


PART = b'Content-Disposition: form-data; name="%b"\r\n\r\n'
WHOLE_IN_CHUNKS = {
    "json": (JSON, JANE),
    "xml": (
        "Content-Type: text/xml",
        b"<lead><name>Jane Doe</name><phone>2025550142</phone></lead>",
    ),
    "multipart": (
        "Content-Type: multipart/form-data; boundary=b",
        b"--b\r\n"
        + PART % b"name"
        + b"Jane Doe\r\n--b\r\n"
        + PART % b"phone"
        + b"2025550142\r\n--b--\r\n",
    ),
}


@pytest.mark.parametrize("shape", WHOLE_IN_CHUNKS)
@pytest.mark.parametrize("size", [1, 1_000], ids=["by-letters", "at-once"])
def test_row_21_whole_body_in_chunks_is_a_lead(wire, shape, size):
    content_type, body = WHOLE_IN_CHUNKS[shape]
    pieces = [chunk(body[at : at + size]) for at in range(0, len(body), size)]

    reply = wire.send(in_chunks(wire, *pieces, lines=(content_type,)))

    assert (reply.status, wire.leads()) == (202, 1)


@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_row_21_form_in_chunks_is_411(wire, name):
    line = f"{name}: application/x-www-form-urlencoded;charset=utf-8"

    reply = wire.send(chunked("POST", wire.path, line, body=FORM_JANE))

    assert refused(reply, 411, "length-required")
    assert wire.leads() == 0


def test_row_22_chunked_body_over_the_cap_is_413(wire):
    body = b'{"phone": "' + MARK.encode() * 8_000 + b'"}'

    reply = wire.send(chunked("POST", wire.path, JSON, body=body))

    assert refused(reply, 413, "too-large")
    assert wire.leads() == 0


def test_row_23_one_byte_more_than_64_kib_is_413_and_64_kib_are_read(wire):
    padding = b" " * (LIMIT - len(JANE))

    taken = wire.lead(JANE + padding)
    too_much = wire.lead(JANE + padding + b" ")

    assert taken.status == 202
    assert refused(too_much, 413, "too-large")
    assert wire.leads() == 1


def test_row_24_ten_gib_announced_are_refused_at_once(wire):
    started = time.monotonic()

    reply = wire.post(JSON, f"Content-Length: {10 << 30}", body=b"")

    assert refused(reply, 413, "too-large")
    assert time.monotonic() - started < 5
    assert wire.leads() == 0


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "x", "gzip, identity"])
def test_row_25_encoded_body_is_415(wire, coding):
    body = gzip.compress(JANE) if "gzip" in coding else JANE

    reply = wire.post(JSON, f"Content-Encoding: {coding}", body=body)

    assert refused(reply, 415, "encoded-body")
    assert wire.leads() == 0


def test_row_26_sender_that_asks_first_is_told_to_go_on(wire):
    with connect(wire.port) as sock, sock.makefile("rb") as answer:
        head = request(
            "POST", wire.path, JSON, "Expect: 100-continue", f"Content-Length: {len(JANE)}"
        )
        sock.sendall(head)
        said = answer.readline()
        answer.readline()
        sock.sendall(JANE)
        then = answer.readline()

    assert (said, then) == (b"HTTP/1.1 100 Continue\r\n", b"HTTP/1.1 202 Accepted\r\n")


@pytest.mark.parametrize("wanted", [MARK, "", "100-continue, 100-continue", "200-ok"])
def test_row_26_other_expectation_is_417(wire, wanted):
    assert refused(wire.post(JSON, f"Expect: {wanted}"), 417, "expectation-failed")
    assert wire.leads() == 0


@pytest.mark.parametrize("where", ["/hooks/{}", "/hooks/x?{}", "/{}"])
def test_row_27_long_request_line_is_414(wire, where):
    reply = wire.post(JSON, path=where.format(MARK * 500))

    assert refused(reply, 414, "uri-too-long")
    assert wire.leads() == 0


def test_row_28_long_header_is_431(wire):
    assert refused(wire.post(JSON, f"X-Long: {MARK * 1_000}"), 431, "headers-too-large")
    assert wire.leads() == 0


def test_row_28_more_than_100_headers_are_431_and_100_are_read(wire):
    most = [f"X-{number}: a" for number in range(97)]  # beside host, type and length

    taken, too_many = wire.post(JSON, *most), wire.post(JSON, *most, "X-More: a")

    assert taken.status == 202
    assert refused(too_many, 431)
    assert wire.leads() == 1


HOSTS = {
    "foreign": f"{MARK}.example",
    "ours-as-a-part": "localhost.evil.example",
    "empty": "",
    "user": "evil@localhost",
    "path": "localhost/evil",
    "port-of-letters": "localhost:abc",
    "other-writing-of-loopback": "127.1",
    "two-in-one": "localhost, localhost",
    "letters-of-another-alphabet": "loc\xe4lhost",
}


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_row_30_foreign_host_is_400(wire, host):
    assert refused(wire.post(JSON, host=host), 400, "bad-host")
    assert (wire.leads(), wire.rejections()) == (0, 0)


@pytest.mark.parametrize(
    "lines", [b"", b"Host: localhost\r\nHost: localhost\r\n"], ids=["missing", "doubled"]
)
def test_row_30_missing_or_doubled_host_is_400(wire, lines):
    path = wire.path.encode()
    head = b"POST %b HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n" % (path, lines, len(JANE))

    assert refused(wire.send(head + JANE), 400, "bad-host")
    assert wire.leads() == 0


@pytest.mark.parametrize("host", ["LOCALHOST", "127.0.0.1:8000", "[::1]:1", "localhost:99"])
def test_row_30_loopback_by_any_name_is_ours(wire, host):
    assert wire.post(JSON, host=host).status == 202


def test_row_31_what_a_sender_says_of_its_way_here_is_ignored(wire):
    reply = wire.post(
        JSON,
        f"X-Forwarded-Host: {MARK}.example",
        "X-Forwarded-For: 198.51.100.7",
        "X-Forwarded-Proto: gopher",
        "X-Forwarded-Prefix: /evil",
        "X_Forwarded_Host: evil.example",
        "X-Real-IP: 198.51.100.7",
        "Forwarded: host=evil.example",
        "X-HTTP-Method-Override: DELETE",
        "X-Original-URL: /livez",
    )

    assert (reply.status, wire.leads()) == (202, 1)
    assert MARK.encode() not in reply.body
