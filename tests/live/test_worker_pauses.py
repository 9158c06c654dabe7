"""A pause reaches every worker process of a running copy within two seconds."""

import time

import pytest

REACHED_SECONDS = 2.0


@pytest.fixture
def paused(service):
    """Pause a queue while the test runs; it goes on afterwards, however the test ends."""
    queues = []

    def pause(name):
        queues.append(name)
        answer = service.api("POST", f"/workers/queues/{name}/pause")
        assert answer.status_code == 200, answer.text

    yield pause
    for name in queues:
        service.api("POST", f"/workers/queues/{name}/resume")


def test_leads_wait_while_their_queue_is_paused_and_are_texted_afterwards(
    service, paused, crowd, until
):
    paused("leads")
    asked_at = time.monotonic()
    until(lambda: time.monotonic() > asked_at + REACHED_SECONDS)

    ids = [service.post(person).json()["lead_id"] for person in crowd(10)]

    until(lambda: service.get("/workers/queues/leads")["ready"] >= 10)
    assert {service.lead(each)["status"] for each in ids} == {"received"}
    assert service.get("/workers/queues/leads")["paused"] is not None
    service.api("POST", "/workers/queues/leads/resume")
    for each in ids:
        service.lead_reaches(each, "joined", seconds=60)


def test_every_worker_process_says_that_it_has_stopped(service, paused, until):
    until(lambda: _consumers(service, "leads"))

    paused("leads")

    # Each says so with its next sign of life, every five seconds.
    until(lambda: all("leads" in each["paused"] for each in _consumers(service, "leads")))
    assert len(_consumers(service, "leads")) == 2


def _consumers(service, queue):
    return [each for each in service.get("/workers")["workers"] if queue in each["queues"]]
