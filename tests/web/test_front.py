"""The front over bare sockets: what reaches the application, and what never does."""

import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psutil
import pytest

from tests.web.raw import Reply, chunked, connect, receive, request, running, send

JSON = "Content-Type: application/json"
FORM = "Content-Type: application/x-www-form-urlencoded"
LEAD = b'{"phone": "+12025550142"}'
HOOK = "/hooks/some-token"
IMPORT = "/api/v1/suppressions/import"
LIMIT = 64 * 1024


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with running("-m", "tests.web.standin") as started:
        yield started


@pytest.fixture
def port(server: tuple[subprocess.Popen[bytes], int]) -> int:
    return server[1]


def test_request_reaches_the_application_as_it_was_sent(port):
    reply = send(port, request("POST", "/echo?a=b", JSON, "X-Word: caf\xe9", body=LEAD))

    assert reply.status == 200
    assert reply.json["body"] == LEAD.decode()
    assert reply.json["headers"]["Content-Type"] == "application/json"
    assert reply.json["client"] == "127.0.0.1"


def test_chunked_json_reaches_the_application_in_one_piece(port):
    reply = send(port, chunked("POST", HOOK, JSON, body=LEAD))

    assert (reply.json["body"], reply.json["refused"]) == (LEAD.decode(), None)


def test_sender_that_asks_first_is_told_to_continue(port):
    reply = send(port, request("POST", "/echo", JSON, "Expect: 100-continue", body=LEAD))

    assert (reply.status, reply.json["body"]) == (200, LEAD.decode())


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (request("GET", "/echo", f"X-Long: {'a' * 8_200}"), 431, "headers-too-large"),
        (request("GET", f"/echo?{'a' * 4_100}"), 414, "uri-too-long"),
        (request("GET", "/echo", host="evil.example"), 400, "bad-host"),
        (request("GET", "/echo", host="localhost.evil.example"), 400, "bad-host"),
        (request("GET", "/echo", "Host: localhost"), 400, "bad-host"),
        (b"GET /echo HTTP/1.1\r\n\r\n", 400, "bad-host"),
        (b"GET /echo HTTP/1.0\r\n\r\n", 400, "bad-host"),
        (request("GET", "http://evil.example/echo"), 400, "bad-host"),
        (request("FOO", "/echo"), 405, "method-not-allowed"),
        (request("TRACE", "/echo"), 405, "method-not-allowed"),
        (request("PUT", HOOK, body=LEAD), 405, "method-not-allowed"),
        (request("POST", "/echo", f"Content-Length: {LIMIT + 1}"), 413, "too-large"),
        (request("POST", "/echo", f"Content-Length: {10 << 30}"), 413, "too-large"),
        (request("POST", "/echo", body=b"a" * (LIMIT + 1)), 413, "too-large"),
        (chunked("POST", "/echo", JSON, body=b"a" * (LIMIT + 1)), 413, "too-large"),
        (request("POST", "/echo", "Transfer-Encoding: gzip, chunked"), 501, "transfer-coding"),
        (request("POST", "/echo", "Content-Encoding: gzip", body=b"x"), 415, "encoded-body"),
        (request("POST", "/echo", "Content-Encoding: br", body=b"x"), 415, "encoded-body"),
        (request("POST", "/echo", "Expect: a-miracle", body=b"x"), 417, "expectation-failed"),
        (chunked("POST", "/echo", FORM, body=b"a=b"), 411, "length-required"),
    ],
)
def test_refusal_is_a_problem_with_an_id_and_nothing_of_the_request(port, data, status, code):
    reply = send(port, data + (b"0\r\n\r\n" if b"gzip, chunked" in data else b""))

    assert (reply.status, reply.json["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["instance"] == reply.headers["x-request-id"]
    assert b"evil" not in reply.body


@pytest.mark.parametrize(
    "data",
    [
        request("GET", "/echo", *(f"X-{number}: a" for number in range(100))),
        request("GET", "/" + "a" * 70_000),
        request("POST", "/echo", "Content-Length: 3", "Content-Length: 4") + b"abcd",
        request("POST", "/echo", "Content-Length: +3") + b"abc",
        request("POST", "/echo", "Transfer-Encoding: xchunked") + b"0\r\n\r\n",
        request("POST", "/echo", "Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        request("GET", "/echo", "X-Folded: a\r\n b"),
        request("GET", "/echo", "X-Spaced : a"),
        request("POST", "/echo", "Transfer-Encoding: chunked") + b"zz\r\nab\r\n0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        request("CONNECT", "localhost:80"),
    ],
)
def test_broken_http_never_reaches_the_application(port, data):
    reply = send(port, data)

    assert reply.status in {0, 400, 405, 414, 431}
    assert b"client" not in reply.body


def test_two_lengths_of_a_chunked_body_cannot_smuggle_a_second_request(port):
    inner = request("GET", "/boom")
    head = request(
        "POST", "/echo", f"Content-Length: {len(inner) + 5}", "Transfer-Encoding: chunked"
    )

    with connect(port) as sock:
        sock.sendall(head + b"0\r\n\r\n" + inner)
        first = receive(sock)

    assert (first.status, first.json["body"]) == (200, "")
    assert first.closed


def test_surplus_of_a_body_is_not_part_of_it(port):
    with connect(port) as sock:
        sock.sendall(request("POST", "/echo", "Content-Length: 3") + b"abcdefgh\r\n\r\n")
        first, second = receive(sock), receive(sock)

    assert first.json["body"] == "abc"
    assert second.status in {0, 400}


@pytest.mark.parametrize(
    "data",
    [
        request("POST", HOOK, JSON, "Content-Length: 30") + b'{"a":1}',
        request("POST", HOOK, JSON, "Transfer-Encoding: chunked") + b'7\r\n{"a":1}\r\n',
        request("POST", HOOK, JSON, "Transfer-Encoding: chunked") + b"9\r\n{",
    ],
)
def test_cut_body_reaches_a_hook_as_a_refusal_without_a_body(port, data):
    reply = send(port, data, then_close=True)

    assert reply.json["refused"][:2] == [400, "incomplete"]
    assert reply.json["body"] == ""


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        (request("POST", HOOK, JSON, body=b"a" * (LIMIT + 1)), [413, "too-large"]),
        (request("POST", HOOK, f"Content-Length: {10 << 30}"), [413, "too-large"]),
        (chunked("POST", HOOK, JSON, body=b"a" * (LIMIT + 1)), [413, "too-large"]),
        (request("POST", HOOK, "Content-Encoding: gzip", body=LEAD), [415, "encoded-body"]),
        (chunked("POST", HOOK, FORM, body=b"a=b"), [411, "length-required"]),
    ],
)
def test_rejection_that_is_kept_reaches_a_hook_without_its_body(port, data, refused):
    reply = send(port, data)

    assert reply.json["refused"][:2] == refused
    assert reply.json["body"] == ""


def test_body_of_exactly_the_limit_is_taken(port):
    reply = send(port, request("POST", HOOK, JSON, body=b"a" * LIMIT))

    assert (len(reply.json["body"]), reply.json["refused"]) == (LIMIT, None)


def test_sender_of_a_refused_body_can_send_it_all_and_read_the_answer(port):
    piece = b"a" * 10_000

    with connect(port) as sock:
        sock.sendall(request("POST", "/echo", f"Content-Length: {60 * len(piece)}"))
        for _ in range(60):
            sock.sendall(piece)  # would raise, had the connection been closed already
            time.sleep(0.005)
        reply = receive(sock)

    assert reply.status == 413


def test_body_announced_as_too_large_is_refused_before_it_is_sent(port):
    started = time.monotonic()

    replies = [
        send(port, request("POST", path, f"Content-Length: {10 << 30}"))
        for path in ("/echo", HOOK, IMPORT)
    ]

    assert [reply.json.get("code", "too-large") for reply in replies] == ["too-large"] * 3
    assert time.monotonic() - started < 2


def test_body_that_comes_too_slowly_is_408_and_the_connection_ends(port):
    started = time.monotonic()

    reply = send(port, request("POST", HOOK, JSON, "Content-Length: 30") + b"{")

    assert (reply.status, reply.json["code"]) == (408, "body-too-slow")
    assert reply.closed
    assert 9 < time.monotonic() - started < 13


def test_headers_that_come_too_slowly_end_the_connection(port):
    reply = send(port, b"GET /echo HTTP/1.1\r\nHost: local")

    assert reply.status in {0, 400, 408}


def test_slow_bodies_hold_no_thread(port):
    head = request("POST", HOOK, JSON, "Content-Length: 30") + b"{"

    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(connect(port)).sendall(head)
        started = time.monotonic()
        replies = [send(port, request("POST", HOOK, JSON, body=LEAD)) for _ in range(20)]
        took = time.monotonic() - started

    assert [reply.status for reply in replies] == [200] * 20
    assert took < 5


def test_caller_is_who_connected_and_no_header_says_otherwise(port):
    spoofed = ("X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https")
    more = (
        "X_Forwarded_For: 198.51.100.7",
        "X-Forwarded-Host: evil.example",
        "Forwarded: for=a",
    )

    reply = send(port, request("GET", "/echo", *spoofed, *more))

    assert (reply.json["client"], reply.json["scheme"]) == ("127.0.0.1", "http")
    assert not any("Forwarded" in name for name in reply.json["headers"])


def test_hosted_service_trusts_one_hop_and_insists_on_https():
    hosted = {"PUBLIC_BASE_URL": "https://leads.example.com", "DYNO": "web.1"}
    through_router = ("X-Forwarded-For: 198.51.100.7, 203.0.113.9", "X-Forwarded-Proto: http")

    with running("-m", "tests.web.standin", **hosted) as (_, port):
        ours = send(port, request("GET", "/echo", *through_router, host="leads.example.com"))
        loopback = send(port, request("GET", "/echo"))

    assert (ours.json["client"], ours.json["scheme"]) == ("203.0.113.9", "https")
    assert ours.headers["strict-transport-security"].startswith("max-age=31536000")
    assert (loopback.status, loopback.json["code"]) == (400, "bad-host")


def test_host_that_is_allowed_is_accepted_whatever_its_port(port):
    replies = [
        send(port, request("GET", "/echo", host=host))
        for host in ("leads.example.com", "LEADS.example.com:8443", "127.0.0.1", "[::1]:80")
    ]

    assert [reply.status for reply in replies] == [200] * 4


@pytest.mark.parametrize("path", [f"{HOOK}/", f"/{HOOK}", "/hooks//some-token", "/echo/"])
def test_slash_too_many_is_404_and_no_redirect(port, path):
    reply = send(port, request("POST", path, JSON, body=LEAD))

    assert (reply.status, reply.json["code"]) == (404, "not-found")


def test_options_names_the_methods_and_grants_no_other_site(port):
    reply = send(port, request("OPTIONS", HOOK, "Origin: https://evil.example"))

    assert (reply.status, reply.body) == (204, b"")
    assert "POST" in reply.headers["allow"]
    assert not any(name.startswith("access-control") for name in reply.headers)


def test_sane_request_id_is_taken_over_everywhere(port):
    reply = send(port, request("POST", "/echo", "X-Request-ID: Job_1.a-b", body=LEAD))

    assert reply.headers["x-request-id"] == reply.json["request_id"] == "Job_1.a-b"


@pytest.mark.parametrize("offered", ["", "a" * 65, "a b", "<script>", "a;b"])
def test_odd_request_id_is_replaced(port, offered):
    reply = send(port, request("GET", "/echo", f"X-Request-ID: {offered}"))

    assert reply.headers["x-request-id"] == reply.json["request_id"] != offered
    assert len(reply.json["request_id"]) == 32


@pytest.mark.parametrize(
    "path", ["/echo", "/nothing", "/boom", "/stream", f"/echo?{'a' * 5000}"]
)
def test_every_answer_carries_the_security_headers(port, path):
    reply = send(port, request("GET", path, "Connection: close"))

    assert reply.headers["content-security-policy"].startswith("default-src 'none'; ")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["cross-origin-opener-policy"] == "same-origin"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-request-id"]
    assert "strict-transport-security" not in reply.headers


def test_view_may_set_its_own_cache_control(port):
    reply = send(port, request("GET", "/cached"))

    assert reply.headers["cache-control"] == "max-age=60"


def test_surprise_in_a_view_shows_nothing_of_itself(port):
    reply = send(port, request("GET", "/boom"))

    assert (reply.status, reply.json["code"]) == (500, "internal-error")
    assert b"secret" not in reply.body
    assert b"Traceback" not in reply.body


def test_long_answer_is_streamed_whole(port):
    reply = send(port, request("GET", "/stream", "Connection: close"))

    assert reply.headers["transfer-encoding"] == "chunked"
    assert reply.body.count(b",line\n") == 20_000


def test_connection_is_kept_for_the_next_request(port):
    with connect(port) as sock:
        for number in range(3):
            sock.sendall(request("POST", "/echo", body=b"%d" % number))
            assert receive(sock).json["body"] == str(number)


def test_large_import_is_taken_without_being_held_in_memory(server):
    process, port = server
    worker = psutil.Process(process.pid).children()[0]
    before = worker.memory_info().rss

    reply = _send_large(port, 128 * 1024 * 1024)

    assert reply.json == {"bytes": 128 * 1024 * 1024}
    assert worker.memory_info().rss - before < 40 * 1024 * 1024


def test_import_over_its_cap_is_413(port):
    head = request("POST", IMPORT, f"Content-Length: {128 * 1024 * 1024 + 1}")

    reply = send(port, head)

    assert (reply.status, reply.json["code"]) == (413, "too-large")


def test_only_a_few_large_bodies_are_taken_at_once(port):
    head = request("POST", IMPORT, "Content-Length: 1000000")

    with connect(port) as one, connect(port) as two:
        one.sendall(head + b"a" * 100_000)
        two.sendall(head + b"a" * 100_000)
        reply = _until(503, lambda: send(port, request("POST", IMPORT, body=b"a" * 100_000)))

    assert reply.headers["retry-after"] == "2"
    assert (
        _until(200, lambda: send(port, request("POST", IMPORT, body=b"a"))).json["bytes"] == 1
    )


def test_more_requests_than_can_be_answered_in_time_are_sent_away_with_503(port):
    def ask(_: int) -> Reply:
        return send(port, request("POST", "/slow", body=b"0.2"))

    with ThreadPoolExecutor(320) as senders:
        replies = list(senders.map(ask, range(320)))

    statuses = [reply.status for reply in replies]
    assert set(statuses) == {200, 503}
    assert statuses.count(200) >= 150
    assert all(reply.headers["retry-after"] for reply in replies if reply.status == 503)


@pytest.mark.parametrize("times", [1, 2])
def test_request_in_flight_is_finished_when_the_service_is_stopped(times):
    with running("-m", "tests.web.standin") as (process, port), connect(port) as sock:
        sock.sendall(request("POST", "/slow", body=b"1.5"))
        _until(1, lambda: len(_established(process, port)))
        time.sleep(0.2)
        started = time.monotonic()
        for _ in range(times):
            process.terminate()
        reply = receive(sock)
        process.communicate(timeout=25)

        assert (reply.status, reply.json) == (200, {"status": "done"})
        assert time.monotonic() - started < 25
        assert process.returncode == 0


def test_worker_that_dies_is_replaced():
    with running("-m", "tests.web.standin") as (process, port):
        psutil.Process(process.pid).children()[0].kill()

        reply = _until(200, lambda: _try(port))

        assert reply.status == 200


def test_service_itself_starts_without_any_server_and_is_alive():
    with running("-m", "web.serve") as (_, port):
        alive = send(port, request("GET", "/livez"))
        page = send(port, request("GET", "/docs/errors/incomplete"))

    assert (alive.status, alive.json) == (200, {"status": "ok"})
    assert page.status == 200


def test_port_that_is_no_number_is_told_at_start():
    with (
        pytest.raises(AssertionError, match="ended"),
        running("-m", "web.serve", WEB_CONCURRENCY="x"),
    ):
        pass


def _send_large(port: int, size: int) -> Reply:
    with connect(port, wait=60) as sock:
        sock.sendall(request("POST", IMPORT, f"Content-Length: {size}"))
        for _ in range(size // (1024 * 1024)):
            sock.sendall(b"a" * 1024 * 1024)
        return receive(sock)


def _try(port: int) -> Reply:
    try:
        return send(port, request("GET", "/echo"))
    except OSError:
        return Reply(0, {}, b"", closed=True)


def _established(process: subprocess.Popen[bytes], port: int) -> list[object]:
    worker = psutil.Process(process.pid).children()[0]
    return [each for each in worker.net_connections("tcp") if each.status == "ESTABLISHED"]


def _until(wanted, ask, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        got = ask()
        if wanted == getattr(got, "status", got):
            return got
        time.sleep(0.05)
    raise AssertionError(f"{wanted} did not come within {seconds} s")
