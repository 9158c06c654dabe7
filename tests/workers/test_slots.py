"""Slots: so many threads inside a call to Twilio and no more, and no text left behind."""

import threading
from uuid import uuid4

import pytest

from tests.conftest import eventually
from workers import slots
from workers.slots import Slots


class Calls:
    """Stands for the call to Twilio: each waits until it is let go."""

    def __init__(self):
        self.begun = []
        self.inside = self.most = 0
        self.let_go = threading.Event()
        self._lock = threading.Lock()

    def __call__(self, lead_id):
        with self._lock:
            self.begun.append(lead_id)
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.let_go.wait(10)
        with self._lock:
            self.inside -= 1


@pytest.fixture
def calls():
    return Calls()


def in_threads(send, leads):
    threads = [threading.Thread(target=send, args=(each,)) for each in leads]
    for each in threads:
        each.start()
    return threads


def test_text_is_sent_at_once_where_there_is_a_slot(calls):
    calls.let_go.set()
    lead_id = uuid4()

    Slots(1, calls).send(lead_id)

    assert calls.begun == [lead_id]


def test_more_texts_than_slots_wait_and_are_sent_by_who_is_done(calls):
    places = Slots(2, calls)
    leads = [uuid4() for _ in range(10)]
    threads = in_threads(places.send, leads)
    eventually(lambda: len(calls.begun) == 2)
    eventually(lambda: sum(each.is_alive() for each in threads) == 2)  # the others are free

    calls.let_go.set()
    for each in threads:
        each.join(10)

    assert sorted(calls.begun) == sorted(leads)
    assert calls.most == 2


def test_slot_is_free_again_after_an_error():
    tried = []

    def fail(lead_id):
        tried.append(lead_id)
        raise ConnectionError

    places = Slots(1, fail)
    for _ in range(3):
        with pytest.raises(ConnectionError):
            places.send(uuid4())

    assert len(tried) == 3


def test_thread_that_has_sent_for_long_leaves_the_rest_to_others(calls, monkeypatch):
    monkeypatch.setattr(slots, "LONGEST_RUN_SECONDS", 0.0)
    calls.let_go.set()
    places = Slots(1, calls)

    places.send(uuid4())
    assert calls.begun == []  # its time was over before it began
    monkeypatch.setattr(slots, "LONGEST_RUN_SECONDS", 1.0)
    places.send(uuid4())

    assert len(calls.begun) == 2


def test_waiting_texts_are_bounded(calls):
    places = Slots(1, calls)
    holder = in_threads(places.send, [uuid4()])[0]
    eventually(lambda: calls.begun)
    for _ in range(slots.MOST_WAITING + 10):
        places.send(uuid4())

    calls.let_go.set()
    holder.join(10)

    assert len(calls.begun) == 1 + slots.MOST_WAITING


def test_two_threads_that_reach_for_one_text_send_it_once():
    """Rounds of two threads: the slower one finds nothing and goes."""
    sent = []
    places = Slots(2, sent.append)
    for turn in range(300):
        start = threading.Barrier(2)
        leads = [uuid4(), uuid4()]

        def send(lead_id, start=start):
            start.wait()
            places.send(lead_id)

        for each in in_threads(send, leads):
            each.join(10)

        assert len(sent) == 2 * (turn + 1)


def test_slot_taken_for_a_text_that_another_thread_has_sent_is_given_back():
    class Emptied(slots.deque):
        """Says that somebody waits, when another thread has just taken him."""

        def __bool__(self):
            return True

    sent = []
    places = Slots(1, sent.append)
    places._waiting = Emptied()  # noqa: SLF001  (the moment between look and take)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slots, "LONGEST_RUN_SECONDS", 0.01)
        lead_id = uuid4()
        places.send(lead_id)

    assert sent == [lead_id]


def test_new_lead_is_sent_at_once_where_there_is_a_slot():
    sent = []

    has_sent = Slots(1, sent.append).run(lambda: sent.append("new") is None)

    assert (has_sent, sent) == (True, ["new"])


def test_new_lead_that_has_to_be_looked_at_first_gives_its_slot_back():
    places = Slots(1, lambda lead_id: None)

    assert places.run(lambda: False) is False
    assert places.run(lambda: True) is True


def test_new_lead_waits_for_a_slot_that_is_free_in_a_moment(calls, monkeypatch):
    monkeypatch.setattr(slots, "PATIENCE_SECONDS", 10.0)
    places = Slots(1, calls)
    holder = in_threads(places.send, [uuid4()])[0]
    eventually(lambda: calls.begun)
    sent = []
    waiting = in_threads(lambda _: sent.append(places.run(lambda: True)), [None])[0]

    calls.let_go.set()
    holder.join(10)
    waiting.join(10)

    assert sent == [True]


def test_nobody_waits_for_a_slot_again_until_a_call_has_ended(calls, monkeypatch):
    monkeypatch.setattr(slots, "PATIENCE_SECONDS", 0.01)
    places = Slots(1, calls)
    holder = in_threads(places.send, [uuid4()])[0]
    eventually(lambda: calls.begun)
    assert places.run(lambda: True) is False

    monkeypatch.setattr(slots, "PATIENCE_SECONDS", 60.0)
    assert places.run(lambda: True) is False  # at once, or this test would take a minute
    calls.let_go.set()
    holder.join(10)

    assert places.run(lambda: True) is True


def test_text_that_waits_is_sent_by_who_is_done_with_a_new_lead():
    sent = []
    places = Slots(1, sent.append)
    late = uuid4()

    def send():
        places.send(late)
        return True

    places.run(send)

    assert sent == [late]
