"""PostgreSQL or Redis away under load: what was answered with 2xx ends in the queue, once."""

import itertools
import json
import os
import signal
import time

import psutil
import pytest
import redis
import requests

from tests.live.conftest import people
from tests.live.open_loop import OpenLoop

pytestmark = pytest.mark.timeout(1200)

RATE = 100  # leads a second
OUTAGE_SECONDS = 20
ATTEMPTS, LEADS = 3, 4_000


@pytest.fixture(scope="module")
def _copy(_start):
    """A copy of the service of its own: what happens to it disturbs nobody else's test."""
    service = _start()
    yield service
    service.stop()


@pytest.fixture
def copy(_copy, until):
    """The copy, as a test may use it: active, and with everything that it may need."""
    _copy.api("POST", "/integration/activate")
    _copy.endpoint_url = _copy.get("/integration")["endpoint_url"]
    until(lambda: _copy.get("/integration")["intake"]["spool_durable"])
    yield _copy
    for each in _copy.processes():
        each.resume()
    os.kill(_copy.process.pid, signal.SIGCONT)


@pytest.fixture(scope="module")
def crowd():
    """Give people whom this copy has not seen: there are not enough of them for all copies."""
    everybody = people(seed=21)
    return lambda count: list(itertools.islice(everybody, count))


def intake(service):
    return requests.get(f"{service.base_url}/readyz", timeout=5).json()["intake"]


@pytest.fixture
def end_queued_once(copy, until):
    """Wait for those who were taken in the opt-in queue, each once and with one text."""
    there = {contact["phone"] for contact in copy.queue()}

    def check(taken, refused=()):
        """What was answered with 503 may have been stored all the same; then it counts."""
        until(lambda: copy.queue_length() >= len(there) + len(taken), 300)
        until(lambda: set(taken) <= queued() == set(texted()), 60)
        assert queued() <= {*taken, *refused}
        assert len(texted()) == len(queued()) == copy.queue_length() - len(there)

    def queued():
        return {contact["phone"] for contact in copy.queue()} - there

    def texted():
        return [text["to"] for text in copy.texts() if text["to"] not in there]

    return check


def postgres(service):
    return [each for each in service.processes() if each.name() == "postgres"]


def kill_and_keep_away(service):
    os.kill(service.process.pid, signal.SIGSTOP)  # the supervisor would start it again
    for each in postgres(service):
        each.kill()


def come_back(service):
    os.kill(service.process.pid, signal.SIGCONT)


def stop_all(service):
    for each in postgres(service):
        each.suspend()


def go_on(service):
    for each in postgres(service):
        each.resume()


OUTAGES = [
    pytest.param(kill_and_keep_away, come_back, id="killed"),
    pytest.param(stop_all, go_on, id="stopped"),
]


@pytest.mark.alone
@pytest.mark.parametrize(("away", "back"), OUTAGES)
def test_leads_are_taken_while_postgresql_is_away(
    copy, crowd, until, end_queued_once, away, back
):
    """Whatever else keeps the machine busy is no delay of ours: the best of three outages."""
    slowest, taken, refused = [], [], []

    while len(slowest) < ATTEMPTS and min(slowest, default=2) > 1:
        senders = outage(copy, crowd(LEADS), until, away, back)
        slowest.append(senders.slowest_of_hundred())
        taken += senders.taken()
        refused += senders.refused()
        end_queued_once(taken, refused)

    assert min(slowest) <= 1


def outage(service, leads, until, away, back):
    """Have PostgreSQL away for a while, under load; return the senders with their answers."""
    with OpenLoop(service.endpoint_url, leads, RATE) as senders:
        until(lambda: len(senders.answers) > 2 * RATE)
        away(service)
        time.sleep(OUTAGE_SECONDS)  # the outage itself
        during = intake(service)
        back(service)
        until(lambda: intake(service) == "postgres")
        enough = len(senders.answers) + 2 * RATE
        until(lambda: len(senders.answers) > enough)
    assert during == "spool"
    assert senders.statuses() <= {202, 503}
    assert len(senders.taken()) > 0.95 * len(senders.answers)
    return senders


def test_redis_killed_under_load_costs_no_lead_and_no_answer(
    copy, crowd, until, end_queued_once
):
    with OpenLoop(copy.endpoint_url, crowd(3_000), RATE) as senders:
        until(lambda: len(senders.answers) > 2 * RATE)
        copy.kill("valkey-server")
        enough = len(senders.answers) + 5 * RATE
        until(lambda: len(senders.answers) > enough)

    assert senders.statuses() == {202}
    end_queued_once(senders.taken())


def test_redis_emptied_under_load_loses_nothing(copy, crowd, until, end_queued_once):
    client = redis.Redis.from_url(
        json.loads((copy.home / "servers.json").read_text())["redis_url"]
    )

    with OpenLoop(copy.endpoint_url, crowd(3_000), RATE) as senders, client:
        for _ in range(3):
            enough = len(senders.answers) + RATE
            until(lambda enough=enough: len(senders.answers) > enough)
            client.flushall()

    assert senders.statuses() == {202}
    end_queued_once(senders.taken())


def test_url_closed_while_redis_is_away_takes_nothing_by_either_path(copy, crowd, until):
    leads, before = crowd(20), copy.queue_length()
    supervisor = psutil.Process(copy.process.pid)

    supervisor.suspend()
    copy.kill("valkey-server")
    answer = copy.api("POST", "/integration/deactivate")
    for each in postgres(copy):
        each.suspend()
    supervisor.resume()
    statuses = [copy.post(lead).status_code for lead in leads]
    go_on(copy)

    assert answer.status_code == 202
    assert answer.json()["integration"]["closing"] is True
    assert set(statuses) <= {423, 503}
    until(lambda: not copy.get("/integration")["closing"])
    assert copy.queue_length() == before


def test_stop_that_comes_while_postgresql_is_away_is_honored_before_any_text(
    copy, crowd, until
):
    [jane] = crowd(1)

    stop_all(copy)
    until(lambda: copy.post(jane).ok)  # as a sender does who is told to try again
    lead_id = copy.post(jane).json()["lead_id"]
    heard = copy.text_back(jane["phone"], "STOP")
    go_on(copy)

    assert heard.json()["status"] == 200
    until(lambda: copy.api("GET", f"/leads/{lead_id}").status_code == 200)  # it is drained
    copy.lead_reaches(lead_id, "suppressed")
    assert [text for text in copy.texts(to=jane["phone"]) if text["via"] == "api"] == []
