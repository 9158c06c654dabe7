"""The whole service as real processes, started as `make run` does, and asked only over HTTP.

What is waited for in minutes by default (settling, unknown texts) is set to seconds here.
"""

import contextlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import phonenumbers
import psutil
import pytest
import requests

from tests.security.leaks import leaks_in

ROOT = Path(__file__).parents[2]
SHORT = {
    "SETTLE_SECONDS": "5",
    "UNKNOWN_CHECKS": "1,2,4",
    "CIRCUIT_PROBE_SECONDS": "1",
    "OPT_OUT_CONFIRMATION": "1",
}


def people(seed):
    """Give people without end: made-up names, and numbers kept for fiction (555-01xx)."""
    areas = [area for area in range(201, 990) if _is_american(f"+1{area}5550142")]
    numbers = [f"+1{area}55501{line:02d}" for area in areas for line in range(100)]
    random.Random(seed).shuffle(numbers)
    for count, phone in enumerate(numbers):
        yield {"first_name": f"Jane{count}", "last_name": "Doe", "phone": phone}


def _is_american(e164):
    number = phonenumbers.parse(e164)
    if not phonenumbers.is_valid_number_for_region(number, "US"):
        return False
    kind = phonenumbers.number_type(number)  # not toll-free, not premium-rate
    return kind == phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE


def until(true, seconds=30.0):
    """Return what *true* returns as soon as it is truthy; fail after *seconds*.

    The longer it takes the less often it is asked: to ask is work for those who are waited for.
    """
    began = time.monotonic()
    while not (found := true()):
        waited = time.monotonic() - began
        assert waited < seconds, f"not within {seconds} s"
        time.sleep(min(max(0.05, waited / 20), 1.0))
    return found


class Service:
    """One running copy."""

    module = "dev.run"

    def __init__(self, home, ports, environment):
        self.home = home
        port, simulator_port = ports
        self.environment = os.environ | SHORT | environment
        for name in ("DATABASE_URL", "REDIS_URL", "PUBLIC_BASE_URL", "TWILIO_BASE_URL"):
            self.environment.pop(name, None)
        self.environment |= {
            "OPTIN_HOME": str(home),
            "PORT": str(port),
            "SIMULATOR_PORT": str(simulator_port),
        }
        self.process = None
        self.output = []
        self._reader = None

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ready = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(ready,))
        self._reader.start()
        ready.wait(100)
        if not any(line.startswith("ready:") for line in self.output):
            self.process.terminate()  # nobody else would: its fixture has not got it yet
            self.process.wait(30)
            raise AssertionError("".join(self.output))
        facts = json.loads((self.home / "first-run.json").read_text())
        self.base_url, self.simulator_url = facts["base_url"], facts["simulator_url"]
        self.endpoint_url, self.from_number = facts["endpoint_url"], facts["from_number"]
        self.twilio_auth_token = facts["twilio_auth_token"]
        self._headers = {"Authorization": f"Bearer {facts['api_key']}"}

    def _read(self, ready):
        for line in self.process.stdout:
            self.output.append(line)
            if line.startswith("ready:"):
                ready.set()
        ready.set()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0
        self._reader.join(5)
        self.process.stdout.close()
        assert self.leaks() == []

    def leaks(self):
        """Return what the processes have said and may not: see tests/security/leaks.py."""
        facts = json.loads((self.home / "first-run.json").read_text())
        names = ("password", "api_key", "twilio_auth_token", "metrics_token")
        return leaks_in(self.output, [facts[name] for name in names])

    # As a sender

    def post(self, lead, url=None, **kwargs):
        return requests.post(url or self.endpoint_url, json=lead, timeout=10, **kwargs)

    def post_all(self, leads, clients=16):
        """Post many, trying again on 503 and broken connections as a sender does."""
        with ThreadPoolExecutor(clients) as pool:
            return list(pool.map(self._post_until_taken, leads))

    def _post_until_taken(self, lead):
        for _ in range(100):
            try:
                answer = self.post(lead)
            except requests.ConnectionError:
                answer = None
            if answer is not None and answer.status_code < 500:
                assert answer.status_code in {200, 202}, answer.text
                return answer.json()["lead_id"]
            time.sleep(0.1)
        raise AssertionError("the lead was not taken in ten seconds")

    # As a user of the API

    def api(self, method, path, **kwargs):
        url = f"{self.base_url}/api/v1{path}"
        return requests.request(method, url, headers=self._headers, timeout=40, **kwargs)

    def upload(self, path, body):
        url = f"{self.base_url}/api/v1{path}"
        headers = self._headers | {"Content-Type": "text/csv"}
        return requests.post(url, data=body, headers=headers, timeout=120)

    def get(self, path):
        answer = self.api("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def everything(self, path):
        """Return all items of a list, page by page."""
        first = f"{path}{'&' if '?' in path else '?'}limit=200"
        page = self.get(first)
        items = page["items"]
        while page["next_cursor"] is not None:
            page = self.get(f"{first}&cursor={page['next_cursor']}")
            items += page["items"]
        return items

    def lead(self, lead_id):
        return self.get(f"/leads/{lead_id}")

    def lead_reaches(self, lead_id, *statuses, seconds=30.0):
        return until(
            lambda: (lead := self.lead(lead_id))["status"] in statuses and lead, seconds
        )

    def queue_length(self):
        """Count those in the opt-in queue; to read them all is work for the web process."""
        [queue, *_] = self.get("/folders")
        return queue["count"]

    def queue(self):
        return self.everything("/contacts?folder=opt-in-queue")

    # As the carrier and the person's phone

    def texts(self, to=None):
        return requests.get(
            f"{self.simulator_url}/_sim/messages", {"to": to} if to else {}, timeout=10
        ).json()

    def text_back(self, sender, body, **fields):
        message = {"from": sender, "to": self.from_number, "body": body} | fields
        return requests.post(f"{self.simulator_url}/_sim/inbound", json=message, timeout=20)

    def fault(self, **dials):
        requests.put(
            f"{self.simulator_url}/_sim/faults", json=dials, timeout=10
        ).raise_for_status()

    # As somebody who pulls plugs

    def processes(self, *words):
        """Find the copy's processes whose command line holds every word."""
        ours = psutil.Process(self.process.pid).children(recursive=True)
        return [each for each in ours if _mentions(each, words)]

    def kill(self, *words):
        """Kill the processes with these words in their command line; return how many."""
        found = self.processes(*words)
        for each in found:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        return len(found)


def _mentions(process, words):
    try:
        line = " ".join(process.cmdline())
    except psutil.Error:
        return False
    return all(word in line for word in words)


@pytest.fixture(scope="session")
def _start(tmp_path_factory):
    def free_port():
        import socket  # noqa: PLC0415

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    def start(**environment):
        home = tmp_path_factory.mktemp("live")
        service = Service(home, (free_port(), free_port()), environment)
        service.start()
        return service

    return start


@pytest.fixture(scope="session")
def _service(_start):
    service = _start()
    yield service
    service.stop()


@pytest.fixture
def service(_service):
    """The running service, its integration on and its simulator without faults."""
    requests.put(
        f"{_service.simulator_url}/_sim/faults",
        json={"mode": "ok", "rate": 1, "latency_ms": 0, "callbacks": "normal", "list_lag_s": 0},
        timeout=10,
    ).raise_for_status()
    _service.api("POST", "/integration/activate")
    _service.endpoint_url = _service.get("/integration")["endpoint_url"]
    return _service


@pytest.fixture(name="until", scope="session")
def _until():
    return until


_everybody = people(seed=20)


@pytest.fixture
def somebody():
    """A person whom no other test has used."""
    return next(_everybody)


@pytest.fixture
def crowd():
    """Give any number of people whom no other test has used."""
    return lambda count: list(itertools.islice(_everybody, count))
