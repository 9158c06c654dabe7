"""Closing an endpoint URL while leads pour in: promise 4, and rules 3 to 7 and 22."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

CLIENTS = 8


class Stream:
    """Clients that post without a pause, and note when each request began and what it got."""

    def __init__(self, service, leads):
        self._service = service
        self._leads = iter(leads)
        self._lock = threading.Lock()
        self._url = service.endpoint_url
        self._over = threading.Event()
        self.answers = []

    def __enter__(self):
        self._pool = ThreadPoolExecutor(CLIENTS)
        self._runs = [self._pool.submit(self._run) for _ in range(CLIENTS)]
        return self

    def __exit__(self, *_error):
        self._over.set()
        for run in self._runs:
            run.result()
        self._pool.shutdown()

    def _run(self):
        with requests.Session() as session:
            while not self._over.is_set():
                with self._lock:
                    lead = next(self._leads)
                begun = time.monotonic()
                status = session.post(self._url, json=lead, timeout=10).status_code
                self.answers.append((begun, status))

    def statuses_begun_after(self, moment):
        return [status for begun, status in self.answers if begun > moment]


CLOSINGS = [
    pytest.param("POST", "/integration/deactivate", 423, id="deactivate"),
    pytest.param("POST", "/integration/regenerate-url", 410, id="regenerate"),
]


@pytest.mark.parametrize(("method", "path", "status"), CLOSINGS)
def test_nothing_is_accepted_after_the_url_was_answered_to_be_closed(
    service, crowd, until, method, path, status
):
    with Stream(service, crowd(5_000)) as stream:
        until(lambda: len(stream.answers) > 100)
        answer = service.api(method, path)
        closed_at = time.monotonic()
        rows = len(service.everything("/leads"))
        until(lambda: len(stream.statuses_begun_after(closed_at)) > 100)

    assert answer.status_code == 200
    assert set(stream.statuses_begun_after(closed_at)) == {status}
    assert 202 in {answered for _, answered in stream.answers}
    assert len(service.everything("/leads")) == rows


def test_lead_of_a_paused_integration_is_held_and_goes_out_when_it_is_on_again(
    service, somebody, until
):
    service.fault(latency_ms=300)
    ahead = service.post(somebody)
    service.api("POST", "/integration/deactivate")
    lead = service.lead_reaches(ahead.json()["lead_id"], "held", "joined")

    refused = service.post(somebody)
    assert refused.status_code == 423
    assert int(refused.headers["Retry-After"]) > 0

    service.api("POST", "/integration/activate")
    service.lead_reaches(lead["id"], "joined")
    assert len(service.texts(to=somebody["phone"])) == 1


def test_old_url_is_dead_at_once_and_its_use_is_counted(service, crowd, until):
    first, second = crowd(2)
    old = service.endpoint_url

    new = service.api("POST", "/integration/regenerate-url").json()["integration"][
        "endpoint_url"
    ]

    assert service.post(first, url=old).status_code == 410
    lead_id = service.post(second, url=new).json()["lead_id"]
    service.lead_reaches(lead_id, "joined")
    counts = service.get("/integration")["counts"]
    assert counts["retired_hits"] >= 1
    assert counts["retired_last_hit_at"] is not None


def test_queue_stays_as_it_is_when_the_integration_is_off(service, somebody):
    lead_id = service.post(somebody).json()["lead_id"]
    service.lead_reaches(lead_id, "joined")
    before = {contact["id"] for contact in service.queue()}

    service.api("POST", "/integration/deactivate")

    assert before <= {contact["id"] for contact in service.queue()}
