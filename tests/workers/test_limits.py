"""The rate limit's count: shared while Redis is quick, a process' own while it is not."""

import socket
import threading
import time
from uuid import uuid4

import pytest
import redis
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

import config
from tests.conftest import free_port
from workers import limits
from workers.connection import connect
from workers.limits import Minute, seconds_to_wait


class Line(SlidingWindowCounterRateLimiter):
    """The shared count behind a connection that can be cut."""

    is_cut = False
    asked = granted = 0

    def hit(self, *arguments, **named):
        if self.is_cut:
            raise redis.ConnectionError
        self.asked += 1
        granted = super().hit(*arguments, **named)
        self.granted += granted
        return granted


def shared_storage():
    pool = connect(seconds=limits.PATIENCE_SECONDS).connection_pool
    return RedisStorage("redis://", connection_pool=pool, key_prefix="optin:limit")


def minute():
    """What another process would make for itself."""
    return Minute(
        SlidingWindowCounterRateLimiter(shared_storage()),
        SlidingWindowCounterRateLimiter(MemoryStorage()),
    )


@pytest.fixture
def url():
    return uuid4().hex


@pytest.fixture
def patient(monkeypatch):
    """On a busy machine a good Redis can look slow: these tests are about the count alone."""
    monkeypatch.setattr(limits, "PATIENCE_SECONDS", 10.0)
    monkeypatch.setattr(limits, "SLOW_SECONDS", 10.0)
    limits._minute.cache_clear()  # noqa: SLF001  (nothing else makes it anew)
    yield
    limits._minute.cache_clear()  # noqa: SLF001


@pytest.fixture
def silent_redis(monkeypatch):
    """A Redis that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(config, "REDIS_URL", f"redis://127.0.0.1:{port}/0")
        yield


def test_use_above_the_limit_has_to_wait(url, patient):
    waits = [seconds_to_wait(url, 3) for _ in range(5)]

    assert waits[:3] == [None] * 3
    assert all(1 <= wait <= 60 for wait in waits[3:])


def test_urls_are_counted_each_for_itself(url, patient):
    assert seconds_to_wait(url, 1) is None
    assert seconds_to_wait(url, 1)

    assert seconds_to_wait(uuid4().hex, 1) is None


def test_no_limit_asks_nobody(url, monkeypatch):
    monkeypatch.setattr(limits, "_minute", None)  # whoever asks it fails

    assert seconds_to_wait(url, 0) is None


def test_processes_share_one_count(url, patient):
    here, there = minute(), minute()

    waits = [each.use(url, 4) for each in (here, there) * 4]

    assert [wait is None for wait in waits] == [True] * 4 + [False] * 4


def test_threads_share_one_count_exactly(url, patient):
    shared, taken = minute(), []

    def use():
        taken.extend(shared.use(url, 50) is None for _ in range(20))

    threads = [threading.Thread(target=use) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert taken.count(True) == 50


def test_high_limit_is_asked_for_in_shares_and_never_exceeded(url, patient):
    lines = [Line(shared_storage()), Line(shared_storage())]
    processes = [Minute(line, line) for line in lines]

    taken = 0
    while more := sum(each.use(url, 6_000) is None for each in processes):
        taken += more

    assert 0.99 * 6_000 <= taken <= 6_000
    assert sum(line.granted for line in lines) == taken // 10


def test_rest_of_a_share_is_given_up_after_a_while(url, patient, monkeypatch):
    monkeypatch.setattr(limits, "SHARE_SECONDS", -1.0)
    line = Line(shared_storage())
    process = Minute(line, line)

    for _ in range(3):
        process.use(url, 6_000)

    assert line.asked == 3


def test_refused_connection_leaves_each_process_to_its_own_count(url, monkeypatch):
    monkeypatch.setattr(config, "REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
    alone = minute()

    waits = [alone.use(url, 3) for _ in range(4)]

    assert [wait is None for wait in waits] == [True, True, True, False]
    assert not alone.is_shared


@pytest.mark.alone
def test_silent_redis_costs_one_request_a_moment_and_the_others_nothing(url, silent_redis):
    alone, seconds = minute(), []

    for _ in range(50):
        begun = time.monotonic()
        alone.use(url, 1000)
        seconds.append(time.monotonic() - begun)

    assert sum(each > limits.PATIENCE_SECONDS / 2 for each in seconds) == 1
    assert max(seconds) < 4 * limits.PATIENCE_SECONDS


def test_redis_is_asked_again_after_a_rest_and_counts_when_it_is_back(
    url, patient, monkeypatch
):
    monkeypatch.setattr(limits, "AWAY_SECONDS", 0.0)
    line = Line(shared_storage())
    process = Minute(line, SlidingWindowCounterRateLimiter(MemoryStorage()))

    states = []
    for line.is_cut in (False, True, True, False):
        process.use(url, 10)
        states.append(process.is_shared)

    assert states == [True, False, False, True]


def test_slow_answers_in_a_row_are_no_longer_waited_for(url, monkeypatch):
    monkeypatch.setattr(limits, "SLOW_SECONDS", 0.0)  # whatever Redis takes is too long
    shared = minute()

    states = []
    for _ in range(limits.SLOW_ANSWERS):
        shared.use(url, 100)
        states.append(shared.is_shared)

    assert states == [True, True, False]


def test_forgotten_script_is_brought_again(url, patient):
    seconds_to_wait(url, 2)
    with redis.Redis.from_url(config.REDIS_URL) as client:
        client.script_flush()

    assert seconds_to_wait(url, 2) is None
    assert seconds_to_wait(url, 2)
