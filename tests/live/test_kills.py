"""Processes killed in the middle of their work: promises 1 and 2."""

import threading

import pytest

#: A killed worker's claim is let go after 90 s; the text is looked for after that.
LEASE_AND_CHECKS = 90 + 4 + 30


pytestmark = pytest.mark.timeout(420)


@pytest.fixture(scope="module")
def quick(_start):
    """A copy of the service of its own: what is killed here disturbs nobody else's test."""
    service = _start()
    yield service
    service.stop()


@pytest.fixture
def end_queued_once(quick, until):
    """Wait for these people in the opt-in queue; each has one text then, and nobody else."""
    before, texted_before = quick.queue_length(), {text["sid"] for text in quick.texts()}

    def check(leads, seconds):
        until(lambda: quick.queue_length() == before + len(leads), seconds)
        texted = [text["to"] for text in quick.texts() if text["sid"] not in texted_before]
        assert sorted(texted) == sorted(lead["phone"] for lead in leads)

    return check


def test_worker_killed_in_mid_call_leaves_one_text(quick, crowd, until):
    [jane] = crowd(1)
    quick.fault(latency_ms=3_000)
    lead_id = quick.post(jane).json()["lead_id"]
    until(lambda: (quick.lead(lead_id)["text"] or {}).get("status") == "sending")

    quick.kill("workers.actors", "leads")
    quick.fault(latency_ms=0)

    quick.lead_reaches(lead_id, "joined", seconds=LEASE_AND_CHECKS)
    assert len(quick.texts(to=jane["phone"])) == 1


def test_thousand_leads_survive_a_worker_that_is_killed_every_five_seconds(
    quick, crowd, until, end_queued_once
):
    leads = crowd(1_000)
    over = threading.Event()
    kills = []

    def keep_killing():
        while not over.wait(5):
            kills.append(quick.kill("workers.actors", "leads"))

    quick.fault(latency_ms=50)
    killer = threading.Thread(target=keep_killing)
    killer.start()
    try:
        lead_ids = quick.post_all(leads)
        until(lambda: len(kills) >= 5, 60)
    finally:
        over.set()
        killer.join()

    assert all(killed > 0 for killed in kills)
    assert len(set(lead_ids)) == len(leads)
    end_queued_once(leads, LEASE_AND_CHECKS + 60)


def test_redis_killed_or_emptied_loses_nothing(quick, crowd, end_queued_once):
    leads = crowd(200)

    first = quick.post_all(leads[:100])
    quick.kill("valkey-server")
    second = quick.post_all(leads[100:])

    assert len(set(first + second)) == len(leads)
    end_queued_once(leads, 60)


def test_web_process_killed_in_mid_request_keeps_what_it_accepted(
    quick, crowd, end_queued_once
):
    leads = crowd(300)
    killer = threading.Timer(0.3, lambda: quick.kill("web.serve"))

    killer.start()
    lead_ids = quick.post_all(leads)
    killer.join()

    assert len(set(lead_ids)) == len(leads)
    end_queued_once(leads, 60)
