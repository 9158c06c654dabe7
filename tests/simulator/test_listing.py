"""Listing texts through the official client."""

from datetime import UTC, date, datetime, timedelta

import pytest
import requests

from .running import ACCOUNT_SID, AUTH_TOKEN, JANE, OURS, wait_until

JOHN = "+12025550143"


def test_texts_are_listed_newest_first_over_all_pages(send, twilio):
    sids = [send(body=f"Text {number}").sid for number in range(5)]

    listed = twilio.messages.list(to=JANE, page_size=2)

    assert [text.sid for text in listed] == sids[::-1]


def test_page_says_where_the_next_one_begins(send, twilio):
    for number in range(3):
        send(body=f"Text {number}")

    page = twilio.messages.page(page_size=2)
    following = page.next_page()

    assert len(list(page)) == 2
    assert len(list(following)) == 1
    assert following.next_page_url is None


def test_list_is_narrowed_by_receiver_and_sender(send, twilio):
    send(to=JANE)
    sid = send(to=JOHN).sid

    listed = twilio.messages.list(to=JOHN, from_=OURS)

    assert [text.sid for text in listed] == [sid]


def test_queued_text_has_neither_date_nor_sender_and_filters_miss_it(
    simulator, twilio, client_of
):
    slow = "+12025550008"  # queued until its create call is answered, after 10 s
    with pytest.raises(requests.ReadTimeout):
        client_of(simulator, timeout=0.2).messages.create(
            to=slow, messaging_service_sid="MG" + "1" * 32, body="Hi"
        )

    dated = twilio.messages.list(to=slow, date_sent_after=datetime(2020, 1, 1, tzinfo=UTC))
    by_sender = twilio.messages.list(to=slow, from_=OURS)
    (plain,) = twilio.messages.list(to=slow)

    assert (dated, by_sender) == ([], [])
    assert (plain.status, plain.date_sent, plain.from_) == ("accepted", None, None)


def test_sent_text_is_found_by_its_date(send, twilio):
    sid = send().sid
    wait_until(lambda: twilio.messages(sid).fetch().date_sent)
    now = datetime.now(UTC)

    found = {
        "since": twilio.messages.list(date_sent_after=now - timedelta(minutes=1)),
        "until": twilio.messages.list(date_sent_before=now + timedelta(minutes=1)),
        "on the day": twilio.messages.list(date_sent=date(now.year, now.month, now.day)),
    }
    missed = {
        "later": twilio.messages.list(date_sent_after=now + timedelta(minutes=1)),
        "earlier": twilio.messages.list(date_sent_before=now - timedelta(minutes=1)),
    }

    assert {name: [text.sid for text in texts] for name, texts in found.items()} == {
        "since": [sid],
        "until": [sid],
        "on the day": [sid],
    }
    assert missed == {"later": [], "earlier": []}


def test_inbound_texts_are_listed_too(simulator, twilio):
    sid = simulator.text_back("Who is this?").json()["sid"]

    (text,) = twilio.messages.list(to=OURS)

    assert (text.sid, text.direction, text.status) == (sid, "inbound", "received")
    assert text.date_sent is not None


def test_list_lag_hides_new_texts_from_lists_only(send, twilio, simulator):
    simulator.turn(list_lag_s=60)

    sid = send().sid

    assert twilio.messages.list(to=JANE) == []
    assert twilio.messages(sid).fetch().sid == sid
    assert len(simulator.texts()) == 1


@pytest.mark.parametrize(
    "query", [{"PageSize": "many"}, {"DateSent": "soon"}, {"PageToken": "x"}]
)
def test_unreadable_query_is_a_twilio_error(simulator, query):
    answer = requests.get(
        f"{simulator.url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
        params=query,
        auth=(ACCOUNT_SID, AUTH_TOKEN),
        timeout=5,
    )

    assert (answer.status_code, answer.json()["code"]) == (400, 20001)
