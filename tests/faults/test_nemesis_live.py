"""Faults on a running copy: each strikes what it means to strike, and the service comes back.

FAULTS=all tries those as well that differ from one of the others by a name only.
"""

import itertools
import os
import random
import time

import psutil
import pytest
import requests

from faults.nemesis import TABLE, applied
from faults.nemesis.between import Between
from faults.nemesis.postgres import NoConnectionLeft
from faults.service import running

pytestmark = pytest.mark.timeout(420)

ROLES = ("web", "worker", "bulk", "clock", "postmaster", "redis", "simulator", "supervisor")
PATIENCE_SECONDS = 90.0
_lines = itertools.count(110)  # 0100 is the copy's own number


def until(true, seconds=PATIENCE_SECONDS):
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def service():
    """One copy for all: each test leaves it as it was."""
    with running() as service:
        yield service


def post(service):
    """Post a lead until it is taken, as a sender does; return its id."""
    phone = f"+1202555{next(_lines):04}"
    lead = {"first_name": "Jane", "last_name": "Doe", "phone": phone}

    def taken():
        try:
            answer = requests.post(service.endpoint_url, json=lead, timeout=10)
        except requests.RequestException:
            return None
        return answer.json()["lead_id"] if answer.status_code in {200, 202} else None

    return until(taken)


def ends(service, lead_id, status="joined"):
    def reached():
        try:
            answer = service.api("GET", f"/leads/{lead_id}")
        except requests.RequestException:
            return False
        return answer.status_code == 200 and answer.json()["status"] == status

    return until(reached)


def comes_back(service):
    ends(service, post(service))
    until(lambda: all(service.pids(role) for role in ROLES))


def strike(service, name):
    return applied(TABLE[name](random.Random(1)), service)


def parents(service):
    """The process of each role that the supervisor itself started."""
    return {role: next(iter(service.pids(role)), None) for role in ROLES}


STRUCK = {
    "kill-worker": {"worker"},
    "terminate-twice": {"web", "worker", "bulk", "clock"},
}
ALIKE = {
    "kill-web": {"web"},
    "kill-bulk": {"bulk"},
    "kill-clock": {"clock"},
    "kill-simulator": {"simulator"},
    "postgres-killed": {"postmaster"},
    "redis-wiped": {"redis"},
}


@pytest.mark.parametrize(
    ("name", "struck"), (STRUCK | (ALIKE if os.environ.get("FAULTS") == "all" else {})).items()
)
def test_processes_of_one_role_are_struck_and_come_back(service, name, struck):
    comes_back(service)
    before = parents(service)

    with strike(service, name):
        until(lambda: all(not psutil.pid_exists(before[role]) for role in struck))

    comes_back(service)
    after = parents(service)
    assert {role for role in ROLES if after[role] != before[role]} == struck


def test_one_web_process_is_killed_and_the_others_go_on(service):
    comes_back(service)
    before = service.pids("web")

    with strike(service, "kill-one-web-worker"):
        until(lambda: len(set(before) - set(service.pids("web"))) == 1)

    until(lambda: len(service.pids("web")) == len(before))
    assert service.pids("web")[0] == before[0]


def test_server_stays_away_until_the_end(service):
    with strike(service, "redis-away-1s"):
        time.sleep(1.0)  # the supervisor would have started it again by now
        away = service.pids("redis")
        lead_id = post(service)

    ends(service, lead_id)
    assert away == []


def test_stopped_processes_are_stopped_and_go_on_afterwards(service):
    until(lambda: service.api("GET", "/integration").json()["intake"]["spool_durable"])

    with strike(service, "postgres-hung"):
        stopped = {psutil.Process(pid).status() for pid in service.pids("postmaster")}
        lead_id = post(service)

    ends(service, lead_id)
    assert stopped == {psutil.STATUS_STOPPED}


def test_lost_ring_loses_one_reply_and_no_lead(service):
    fault = TABLE["lost-ring"](random.Random(1))

    with applied(fault, service):  # raises NotHere at the end where nothing was lost
        lead_id = post(service)
        ends(service, lead_id)


def test_proxy_is_put_in_front_of_a_server_and_taken_out_again(service):
    between = Between("postgres")

    proxy = between.put(service)
    ends(service, post(service))
    passed = proxy.passed
    between.take_out()

    comes_back(service)
    assert passed > 0
    assert proxy.passed == passed


def test_nobody_gets_a_connection_until_the_end(service):
    fault = NoConnectionLeft()

    with applied(fault, service):
        lead_id = post(service)
        via = service.pids("backends")

    ends(service, lead_id)
    assert len(via) >= 90  # of the hundred that the server allows


def test_twilio_that_refuses_connections_gets_the_text_afterwards(service):
    with strike(service, "twilio-refused"):
        lead_id = post(service)
        with pytest.raises(requests.ConnectionError):
            requests.get(service.simulator_url, timeout=5)

    ends(service, lead_id)


def test_dials_are_back_after_a_lie(service):
    url = f"{service.simulator_url}/_sim/faults"

    with strike(service, "twilio-429"):
        mode = requests.get(url, timeout=10).json()["mode"]
        lead_id = post(service)

    ends(service, lead_id)
    assert mode == "429"
    assert requests.get(url, timeout=10).json()["mode"] == "ok"
