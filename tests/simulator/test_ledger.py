"""The ledger survives the simulator, and so does every callback still owed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from .running import JANE, OURS, wait_until


def test_ledger_tells_the_whole_truth_about_a_text(simulator, send, service):
    before = datetime.now(UTC)
    text = send(body="Hi Jane")
    after = datetime.now(UTC)

    (told,) = simulator.texts()

    assert (told["sid"], told["to"], told["from"]) == (text.sid, JANE, OURS)
    assert (told["body"], told["via"]) == ("Hi Jane", "api")
    assert told["status_callback"] == service.status_url
    accepted_at = datetime.fromisoformat(told["accepted_at"])
    assert before < accepted_at < after
    assert accepted_at.utcoffset().total_seconds() == 0


def test_texts_are_told_by_number(simulator, send):
    send()
    send(to="+12025550143")

    assert [text["to"] for text in simulator.texts(to=JANE)] == [JANE]


def test_every_answered_text_survives_a_kill(own_simulator, client_of, service):
    answered, stop = [], threading.Event()

    def text_until_stopped(number):
        twilio = client_of(own_simulator)
        while not stop.is_set():
            try:
                created = twilio.messages.create(to=JANE, from_=OURS, body=f"Client {number}")
            except OSError:  # requests' errors are OSErrors: the simulator was killed
                return
            answered.append(created.sid)

    with ThreadPoolExecutor(8) as clients:
        running = [clients.submit(text_until_stopped, number) for number in range(8)]
        wait_until(lambda: len(answered) > 200)
        own_simulator.end("kill")
        stop.set()
        for client in running:
            client.result()
    own_simulator.start()

    kept = own_simulator.texts()
    sids = [text["sid"] for text in kept]
    assert set(answered) <= set(sids)
    assert len(sids) == len(set(sids)) <= len(answered) + 8
    assert all(text["accepted_at"] for text in kept)


def test_callbacks_still_owed_come_after_a_kill(own_simulator, client_of, service):
    own_simulator.turn(callback_ms=60_000)
    twilio = client_of(own_simulator)
    text = twilio.messages.create(
        to=JANE, from_=OURS, body="Hi", status_callback=service.status_url
    )
    wait_until(lambda: service.statuses() == ["sent"])
    wait_until(lambda: own_simulator.texts()[0]["status"] == "sent")

    own_simulator.end("kill")
    own_simulator.start()

    wait_until(lambda: "delivered" in service.statuses())
    assert {post.fields["MessageSid"] for post in service.received} == {text.sid}
    assert service.statuses()[-1] == "delivered"


def test_text_that_owes_nobody_a_callback_is_delivered_after_a_kill(own_simulator, client_of):
    own_simulator.turn(callback_ms=60_000)
    client_of(own_simulator).messages.create(to=JANE, from_=OURS, body="Hi")
    wait_until(lambda: own_simulator.texts()[0]["status"] == "sent")

    own_simulator.end("kill")
    own_simulator.start()

    wait_until(lambda: own_simulator.texts()[0]["status"] == "delivered")


def test_callback_under_way_at_the_kill_is_made_again(own_simulator, client_of, service):
    service.answering.clear()
    twilio = client_of(own_simulator)
    twilio.messages.create(to=JANE, from_=OURS, body="Hi", status_callback=service.status_url)
    wait_until(lambda: service.statuses() == ["sent", "delivered"])

    own_simulator.end("kill")
    service.answering.set()
    own_simulator.start()

    wait_until(lambda: service.statuses() == ["sent", "delivered"] * 2)


def test_finished_texts_are_left_alone_by_the_next_start(own_simulator, client_of, service):
    twilio = client_of(own_simulator)
    twilio.messages.create(to=JANE, from_=OURS, body="Hi", status_callback=service.status_url)
    wait_until(lambda: len(service.received) == 2)
    own_simulator.end()
    own_simulator.start()

    later = client_of(own_simulator).messages.create(
        to=JANE, from_=OURS, body="Later", status_callback=service.status_url
    )

    wait_until(lambda: len(service.received) == 4)
    assert {post.fields["MessageSid"] for post in service.received[2:]} == {later.sid}
