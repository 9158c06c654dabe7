"""The simulated phone, and who may use it."""

import re

import pytest
import requests

from .running import JANE, OURS, wait_until


def get(simulator, path, **headers):
    return requests.get(simulator.url + path, headers=headers, timeout=5)


def test_page_and_its_files_come_from_the_simulator_alone(simulator):
    page = get(simulator, "/")
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)

    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert sorted(files) == ["/static/phone.css", "/static/phone.js"]
    assert all(get(simulator, path).status_code == 200 for path in files)
    for path in ("/", *files):
        assert not re.search(r"https?://", get(simulator, path).text)


def test_page_has_no_inline_script_or_style(simulator):
    page = get(simulator, "/").text

    assert not re.search(r"<script(?![^>]*src=)", page)
    assert "<style" not in page
    assert not re.search(r"\son\w+=|\sstyle=", page)


def test_every_dial_is_on_the_page(simulator):
    page = get(simulator, "/").text

    for name in get(simulator, "/_sim/faults").json():
        assert f'name="{name}"' in page


def test_conversations_hold_both_directions_newest_number_first(simulator, send, service):
    send(body="Hi Jane")
    simulator.text_back("Who is this?")
    send(to="+12025550143", body="Hi John")

    shown = get(simulator, "/_sim/phone").json()

    john, jane = shown["conversations"]
    assert (john["person"], john["count"]) == ("+12025550143", 1)
    assert jane["person"] == JANE
    assert [(text["body"], bool(text["is_inbound"])) for text in jane["texts"]] == [
        ("Hi Jane", False),
        ("Who is this?", True),
    ]
    assert {text["ours"] for text in jane["texts"]} == {OURS}
    assert (shown["total"], shown["our_numbers"]) == (3, [OURS])


def test_number_is_found_by_part_of_it(simulator, send):
    send()
    send(to="+12025550143")

    shown = get(simulator, "/_sim/phone?q=0142").json()

    assert [conversation["person"] for conversation in shown["conversations"]] == [JANE]


def test_markup_in_a_text_stays_text(simulator, send):
    send(body="<script>alert(1)</script>")
    script = get(simulator, "/static/phone.js").text

    shown = get(simulator, "/_sim/phone")

    assert shown.headers["Content-Type"].startswith("application/json")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", script)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}],
)
def test_web_pages_of_elsewhere_are_kept_out(simulator, headers):
    answer = requests.post(f"{simulator.url}/_sim/reset", headers=headers, timeout=5)

    assert answer.status_code == 403


def test_own_page_is_let_in(simulator):
    answer = requests.post(
        f"{simulator.url}/_sim/reset", headers={"Origin": simulator.url}, timeout=5
    )

    assert answer.status_code == 200


def test_calls_are_listed_with_their_outcome(simulator, send, twilio):
    send()
    wait_until(lambda: simulator.texts()[0]["status"] == "delivered")
    twilio.messages.list(to=JANE)

    created, listed = simulator.calls()

    assert (created["method"], created["outcome"]) == ("POST", "201")
    assert (listed["method"], listed["query"]["To"], listed["outcome"]) == ("GET", JANE, "200")
