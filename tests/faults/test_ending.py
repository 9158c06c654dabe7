"""What is written down when all is over, and how long that is waited for."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from faults.ending import await_settled, read_ending, write_ending
from faults.service import Service

LEAD_ID = "11111111-0000-5000-8000-{:012d}"
CALLBACK = "http://127.0.0.1:1/twilio/status?lead=11111111-0000-5000-8000-000000000007&sig=x"


def lead(number, status="joined"):
    return {
        "id": LEAD_ID.format(number),
        "status": status,
        "phone": "+12025550142",
        "duplicate_of": None,
        "via": "postgres",
        "reason": None,
        "received_at": "2026-01-02T03:04:05.500000Z",
        "text": {"status": "delivered", "attempts": 1} if status == "joined" else None,
    }


class Answers(BaseHTTPRequestHandler):
    """The API with a list of leads, two a page, and the simulator's ledger."""

    def do_GET(self):
        url = urlsplit(self.path)
        asked = parse_qs(url.query)
        if url.path == "/_sim/messages":
            return self._say(self.server.messages)
        if url.path.endswith("/folders"):
            self.server.queued += self.server.joining
            return self._say([{"id": "opt-in-queue", "count": self.server.queued}])
        if self.server.away:
            self.server.away -= 1
            return self._say({"code": "unavailable"}, 503)
        items = self.server.leads if url.path.endswith("/leads") else []
        items = [
            each for each in items if each["status"] in asked.get("status", each["status"])
        ]
        begin = int(asked.get("cursor", ["0"])[0])
        more = str(begin + 2) if len(items) > begin + 2 else None
        return self._say({"items": items[begin : begin + 2], "next_cursor": more})

    def _say(self, body, status=200):
        content = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        """Say nothing."""


class Copy(Service):
    """A copy that never started: its addresses are those of a stand-in."""

    facts = None


@pytest.fixture
def server():
    standing_in = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    standing_in.leads, standing_in.messages, standing_in.away = [], [], 0
    standing_in.queued = standing_in.joining = 0
    thread = threading.Thread(target=standing_in.serve_forever, args=(0.02,))
    thread.start()
    yield standing_in
    standing_in.shutdown()
    thread.join()
    standing_in.server_close()


@pytest.fixture
def copy(server, tmp_path):
    found = Copy(tmp_path)
    address = f"http://127.0.0.1:{server.server_port}"
    found.facts = {"base_url": address, "simulator_url": address, "api_key": "k"}
    return found


def test_ending_is_json_and_can_be_read_row_by_row(copy, server, tmp_path):
    server.leads = [lead(number) for number in range(5)]
    path = tmp_path / "ending.json"

    write_ending(path, {"started": 1.5}, copy, [["output.log", 3, "name"]])
    rows = list(read_ending(path))

    whole = json.loads(path.read_text())
    assert rows[0] == ("facts", {"started": 1.5})
    assert [row["id"] for section, row in rows if section == "leads"] == [
        LEAD_ID.format(number) for number in range(5)
    ]
    assert rows[-1] == ("leaks", ["output.log", 3, "name"])
    assert len(whole["leads"]) == 5
    assert whole["contacts"] == whole["texts"] == []


@pytest.mark.parametrize("piece", [1, 7, 65_536])
def test_ledger_is_read_whatever_the_pieces_it_arrives_in(
    copy, server, tmp_path, monkeypatch, piece
):
    monkeypatch.setattr("faults.ledger.PIECE", piece)
    server.messages = [
        {
            "sid": f"SM{number}",
            "to": "+12025550142",
            "body": 'Señor {"you"}: reply STOP ☺',
            "accepted_at": "2026-01-02T03:04:05.250000+00:00",
            "status": "delivered",
            "via": "api",
            "status_callback": CALLBACK if number else None,
        }
        for number in range(3)
    ]
    path = tmp_path / "ending.json"

    write_ending(path, {}, copy, [])
    texts = [row for section, row in read_ending(path) if section == "texts"]

    assert [row["sid"] for row in texts] == ["SM0", "SM1", "SM2"]
    assert [row["lead"] for row in texts] == [None, LEAD_ID.format(7), LEAD_ID.format(7)]
    assert texts[0]["accepted"] == 1767323045.25


def test_all_is_settled_when_no_lead_is_open_and_all_are_there(copy, server):
    server.leads, server.away = [lead(number) for number in range(3)], 2

    settled = await_settled(copy, 30.0, {LEAD_ID.format(number) for number in range(3)})

    assert settled.in_time


@pytest.mark.parametrize("status", ["received", "texting", "held"])
def test_open_lead_is_waited_for_and_not_for_ever(copy, server, status):
    server.leads = [lead(1, status)]

    settled = await_settled(copy, 0.6, set())

    assert not settled.in_time


def test_lead_that_is_not_there_is_waited_for_and_not_for_ever(copy):
    settled = await_settled(copy, 0.6, {LEAD_ID.format(1)})

    assert not settled.in_time


def test_backlog_of_a_burst_is_waited_for_as_long_as_it_is_worked_off(
    copy, server, monkeypatch
):
    monkeypatch.setattr("faults.ending.BETWEEN_COUNTS", 0.1)
    monkeypatch.setattr("faults.ending.BETWEEN_LOOKS", 0.02)
    server.leads, server.joining = [lead(1, "received")], 1_000
    threading.Timer(1.5, server.leads.clear).start()

    settled = await_settled(copy, 0.6, set(), burst=True)

    assert settled.in_time
    assert settled.seconds > 1


def test_backlog_of_a_burst_is_not_waited_for_for_ever(copy, server, monkeypatch):
    monkeypatch.setattr("faults.ending.BETWEEN_COUNTS", 0.1)
    monkeypatch.setattr("faults.ending.LONGEST_BACKLOG", 0.5)
    server.leads, server.joining = [lead(1, "received")], 1_000

    settled = await_settled(copy, 0.6, set(), burst=True)

    assert not settled.in_time


def test_without_a_burst_a_backlog_gets_no_more_time(copy, server, monkeypatch):
    monkeypatch.setattr("faults.ending.BETWEEN_COUNTS", 0.1)
    server.leads, server.joining = [lead(1, "received")], 1_000

    settled = await_settled(copy, 0.6, set())

    assert not settled.in_time
    assert settled.seconds < 5
