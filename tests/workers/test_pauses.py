"""Paused queues give no more jobs, however much waits in them, and lose none."""

import threading
import time

import pytest
import sqlalchemy as sa
from dramatiq.middleware import Retries

from models import QueuePause, transaction
from models.timeline import Actor
from workers.pauses import BELL, Pauses, announce


@pytest.fixture
def pauses(app):
    return Pauses()


@pytest.fixture
def pausing(make_broker, pauses, start, eventually):
    """A worker that hears of pauses."""
    line = start(make_broker(Retries(), pauses))
    eventually(line.broker.listener.is_told)
    return line


@pytest.fixture
def switch(pausing):
    """Pause a queue, or let it go on, as an operator does."""

    def switch(to, queue="leads"):
        with transaction() as session:
            if to == "pause":
                QueuePause.begin(session, queue, Actor(name="Olga"))
            else:
                QueuePause.end(session, queue)
        announce(pausing.broker.client, pausing.broker.channel(BELL))

    return switch


def waiting(client):
    return client.llen("dramatiq:leads")


def test_paused_queue_gives_no_job_until_it_goes_on(pausing, switch, pauses, eventually):
    switch("pause")
    eventually(lambda: pauses.paused == {"leads"}, seconds=2)
    pausing.actor.send("later")
    looked_at = time.monotonic()
    eventually(lambda: time.monotonic() > looked_at + 1.2)  # a look or two would have been
    assert pausing.names() == []

    switch("resume")

    eventually(lambda: pausing.names() == ["later"], seconds=2)


def test_busy_worker_stops_within_two_seconds_and_nothing_is_lost(
    pausing, switch, valkey, eventually
):
    pausing.release.clear()
    for number in range(40):
        pausing.actor.send(str(number))
    eventually(lambda: len(pausing.seen) == 4)  # as many as there are threads

    switch("pause")

    eventually(lambda: waiting(valkey.client) == 36, seconds=2)
    pausing.release.set()
    eventually(lambda: valkey.client.hlen("dramatiq:leads.msgs") == 36)
    assert len(pausing.seen) == 4
    switch("resume")
    eventually(lambda: sorted(pausing.names(), key=int) == [str(n) for n in range(40)])


def test_queue_under_a_steady_stream_stops_within_two_seconds(
    pausing, switch, pauses, eventually
):
    stopped = threading.Event()

    def stream():
        while not stopped.wait(0.002):
            pausing.actor.send("drop")

    streaming = threading.Thread(target=stream)
    streaming.start()
    try:
        eventually(lambda: len(pausing.seen) > 20)
        switch("pause")
        asked_at = time.monotonic()
        eventually(lambda: time.monotonic() > asked_at + 4)
    finally:
        stopped.set()
        streaming.join()

    last_at = max(at for _, at in pausing.seen)
    assert last_at - asked_at < 2


def test_other_queues_go_on(pausing, switch, pauses, eventually):
    switch("pause", queue="sms")
    eventually(lambda: pauses.paused == {"sms"}, seconds=2)

    pausing.actor.send("now")

    eventually(lambda: pausing.names() == ["now"], seconds=2)


def test_pause_outlives_the_worker_and_redis(
    pausing, switch, pauses, valkey, make_broker, start, eventually
):
    switch("pause")
    eventually(lambda: pauses.paused == {"leads"}, seconds=2)
    pausing.worker.stop(timeout=5_000)
    valkey.kill()
    valkey.start()

    again = Pauses()
    line = start(make_broker(Retries(), again))
    line.actor.send("later")

    assert again.paused == {"leads"}
    eventually(line.broker.listener.is_told)
    assert waiting(valkey.client) == 1
    assert line.names() == []


def test_worker_that_redis_does_not_tell_looks_by_itself(pausing, pauses, valkey, eventually):
    valkey.client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")

    with transaction() as session:
        QueuePause.begin(session, "leads", Actor(name="Olga"))

    eventually(lambda: pauses.paused == {"leads"}, seconds=6)


def test_worker_goes_on_as_it_was_while_postgresql_is_away(
    pausing, switch, pauses, monkeypatch, eventually
):
    switch("pause")
    eventually(lambda: pauses.paused == {"leads"}, seconds=2)
    tried = []

    def away():
        tried.append(1)
        raise sa.exc.OperationalError("SELECT 1", {}, OSError("away"))

    monkeypatch.setattr("workers.pauses.autocommit", away)
    announce(pausing.broker.client, pausing.broker.channel(BELL))

    eventually(lambda: tried)
    assert pauses.paused == {"leads"}


def test_pause_is_remembered_once_with_who_and_when(app):
    with transaction() as session:
        assert QueuePause.begin(session, "sms", Actor(name="Olga"))
        assert not QueuePause.begin(session, "sms", Actor(name="Pia"))
        pause = QueuePause.all(session)["sms"]
        assert (pause.by_name, pause.at is not None) == ("Olga", True)
        assert QueuePause.end(session, "sms")
        assert not QueuePause.end(session, "sms")
