"""Workers in this process on a Redis of our own: how soon a job starts, at what cost."""

import statistics
import time

import pytest
from dramatiq.brokers.redis import RedisBroker

from workers import ring as ringing
from workers import wakeup


@pytest.fixture
def idle_line(line, eventually):
    """A line whose consumers have looked since they are told, and will not for seconds."""
    line.actor.send("first")
    eventually(lambda: line.names() == ["first"])
    settle(line, eventually)
    return line


def settle(line, eventually):
    """Wait until the worker has done everything and its consumers wait."""
    eventually(lambda: line.broker.client.hlen("dramatiq:leads.msgs") == 0)
    time.sleep(0.05)


def commands(valkey):
    """Count what clients asked for; what a script does inside is not counted."""
    stats = valkey.client.info("commandstats")
    asked = ("evalsha", "publish", "ping", "subscribe", "script|load")
    return sum(stats.get(f"cmdstat_{name}", {"calls": 0})["calls"] for name in asked)


def send(line, name):
    line.actor.send(name)


def ring(line, name):
    ringing.ring([ringing.job(line.actor.message(name))])


@pytest.mark.alone
@pytest.mark.parametrize("ask", [send, ring])
def test_idle_worker_starts_a_job_within_five_milliseconds(line, ask, monkeypatch, eventually):
    """Whatever else keeps the machine busy is no delay of ours: the best of three rounds."""
    monkeypatch.setattr(ringing, "broker", line.broker)
    middles = []

    while len(middles) < 3 and min(middles, default=6.0) > 5.0:
        delays = [delay_ms(line, ask, eventually) for _ in range(40)]
        middles.append(statistics.median(delays))
        print(f"{ask.__name__} to start of the job, idle: p50 {middles[-1]:.2f} ms")  # noqa: T201  (the figure)

    assert min(middles) <= 5.0


def delay_ms(line, ask, eventually):
    """Ask an idle worker for a job; return how long it took until the job began."""
    settle(line, eventually)
    before = len(line.seen)
    asked_at = time.monotonic()
    ask(line, str(before))
    eventually(lambda: len(line.seen) > before)
    return (line.seen[-1][1] - asked_at) * 1000


def test_idle_worker_asks_redis_less_than_a_stock_worker(
    line, start, make_valkey, valkey, eventually
):
    stock_valkey = make_valkey()
    start(RedisBroker(url=stock_valkey.url), worker_timeout=1_000)  # its own default
    settle(line, eventually)
    seconds = 11
    valkey.client.config_resetstat()
    stock_valkey.client.config_resetstat()

    time.sleep(seconds)  # the passing of time is what is measured

    ours, stock = commands(valkey) / seconds, commands(stock_valkey) / seconds
    print(f"idle commands/s per process and queue: ours {ours:.2f}, stock {stock:.2f}")  # noqa: T201  (the figure)
    assert 0 < ours < stock / 2


def test_job_whose_bell_was_lost_is_found_within_the_poll(idle_line, valkey, eventually):
    line = idle_line
    sent = line.actor.message("unrung")
    RedisBroker(url=valkey.url).enqueue(sent)  # a stock sender rings no bell

    eventually(lambda: "unrung" in line.names(), seconds=wakeup.POLL_SECONDS + 1)


def test_bell_rings_again_at_once_after_the_listener_was_cut_off(idle_line, valkey, eventually):
    line = idle_line
    valkey.client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    eventually(lambda: not line.broker.listener.is_told())
    RedisBroker(url=valkey.url).enqueue(line.actor.message("meanwhile"))

    eventually(lambda: "meanwhile" in line.names(), seconds=2)
    eventually(line.broker.listener.is_told, seconds=2)
