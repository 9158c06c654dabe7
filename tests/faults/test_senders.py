"""Form tools against a receiver that answers by a script: what they send, and do next."""

import random
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from faults.addresses import Addresses
from faults.history import History, read
from faults.people import people
from faults.senders import Senders
from tests.conftest import eventually

TAKEN = (202, b'{"status":"accepted","lead_id":"11111111-0000-5000-8000-000000000001"}')
PROBLEM = b'{"code":"x"}'


class Receiver(BaseHTTPRequestHandler):
    """Answers the first post of a body with the first of `answers`, and so on.

    The last one stands for all that come after it; 0 means: hang up without one.
    """

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        got = (self.headers.get("Idempotency-Key"), body)
        with self.server.lock:
            self.server.got[got] += 1
            place = min(self.server.got[got], len(self.server.answers)) - 1
        status, content = self.server.answers[place]
        if not status:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Retry-After", "5")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def receiver():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.answers, server.lock = Counter(), [TAKEN], threading.Lock()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def post(receiver, tmp_path, monkeypatch):
    """Have form tools post until the receiver got so many; return the history."""
    monkeypatch.setattr("faults.senders.FIRST_PAUSE", 0.02)

    def run(count, *answers, rate=20.0, urls=("/hooks/one",)):
        receiver.answers = [*answers, TAKEN]
        base = f"http://127.0.0.1:{receiver.server_port}"
        addresses = Addresses(base + urls[0])
        for url in urls[1:]:
            addresses.learn(base + url)
        path = tmp_path / "history.jsonl"
        with History(path) as history:
            senders = Senders(history, addresses, people(5), rate, random.Random(5))
            senders.start()
            eventually(lambda: receiver.got.total() >= count, 60)
            senders.stop()
        return [entry for entry in read(path) if entry.f == "post"]

    return run


def tries_of_the_first(history):
    return [entry for entry in history if entry.process == "lead-0000001"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((503, PROBLEM), "info"),
        ((429, PROBLEM), "fail"),
        ((423, PROBLEM), "fail"),
        ((0, b""), "info"),
    ],
    ids=["503", "429", "423", "hang-up"],
)
def test_lead_that_was_not_taken_is_sent_again_with_the_same_key(
    post, receiver, answer, outcome
):
    history = tries_of_the_first(post(5, answer, answer))

    begun = [entry.value for entry in history if entry.type == "invoke"]
    assert [entry.type for entry in history if entry.type != "invoke"] == [
        outcome,
        outcome,
        "ok",
    ]
    assert {value["key"] for value in begun} == {"lead-0000001"}
    assert [value["try"] for value in begun] == [0, 1, 2]
    assert set(receiver.got.values()) >= {3}


@pytest.mark.parametrize("status", [400, 404, 422])
def test_lead_that_was_refused_for_good_is_not_sent_again(post, status):
    history = tries_of_the_first(post(5, (status, PROBLEM)))

    assert [entry.type for entry in history] == ["invoke", "fail"]
    assert history[1].value["code"] == "x"


def test_answer_is_noted_with_its_id_and_without_names(post):
    history = tries_of_the_first(post(1))

    assert history[1].value == {
        "status": 202,
        "lead_id": "11111111-0000-5000-8000-000000000001",
        "word": "accepted",
    }
    assert set(history[0].value) == {"key", "phone", "url", "shape", "try"}


def test_some_press_twice_some_come_back_and_some_send_no_lead(post):
    history = post(300, rate=400.0)

    begun = [entry for entry in history if entry.type == "invoke"]
    twins = {entry.process for entry in begun if entry.process.endswith("-twin")}
    keys = {entry.value["key"]: entry.value["phone"] for entry in begun}
    leads = [phone for phone in keys.values() if phone]
    assert twins
    assert len(set(leads)) < len(leads)
    assert any("expects" in entry.value for entry in begun)
    assert len({entry.value["shape"] for entry in begun}) >= 8


def test_some_tools_never_learn_that_the_url_was_replaced(post):
    history = post(300, rate=400.0, urls=("/hooks/one", "/hooks/two"))

    urls = [entry.value["url"] for entry in history if entry.type == "invoke"]
    assert 0 < urls.count(0) < urls.count(1)


def test_tool_that_is_told_410_copies_the_new_url(post, receiver):
    gone = (410, PROBLEM)

    history = tries_of_the_first(post(5, gone))

    assert [entry.type for entry in history] == ["invoke", "fail", "invoke", "ok"]
