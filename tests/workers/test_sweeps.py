"""Sweeps: each rings for what it found, and its schedule says how it went."""

import pytest

from models import overdue
from tests.conftest import eventually
from workers import clock, sweeps
from workers.broker import broker
from workers.leads import process_lead, send_text
from workers.receipts import apply_receipts
from workers.reconcile import check_text
from workers.ring import RingFailed, ring
from workers.sweeps import LONG_BACKLOG, SWEEPS, sweep

ACTORS = {
    actor.actor_name: actor for actor in (process_lead, send_text, check_text, apply_receipts)
}


@pytest.fixture(autouse=True)
def known(app):
    """Know all sweeps, and no backlog of the tests before: nobody does their jobs."""
    clock.make_known()
    for name in ("leads", "sms", "receipts"):
        broker.flush(name)


@pytest.fixture
def rung(monkeypatch):
    """Collect what a sweep rings for."""
    jobs = []
    monkeypatch.setattr(sweeps, "ring", jobs.extend)
    return jobs


def last(story, name):
    return story.value("SELECT last_result FROM schedules WHERE name = :name", name=name)


def do(rung):
    """Do the jobs that were rung for, as a worker does."""
    jobs, rung[:] = list(rung), []
    for job in jobs:
        ACTORS[job.actor_name](*job.args)
    return [job.actor_name for job in jobs]


@pytest.mark.parametrize("name", SWEEPS)
def test_every_run_is_recorded(story, simulator, name):
    sweep(name)

    assert last(story, name).isdecimal()
    assert story.value("SELECT last_seconds >= 0 FROM schedules WHERE last_at IS NOT NULL")


def test_sweep_that_finds_nothing_rings_for_nothing(story, simulator, rung):
    for name in ("lost rings", "due texts", "texts to look up", "open receipts", "open jobs"):
        sweep(name)

        assert last(story, name) == "0"
    assert rung == []


def test_lost_ring_is_made_up_for(story, simulator, rung):
    story.post()
    story.change("UPDATE leads SET received_at = now() - interval '1 minute'")

    sweep("lost rings")

    assert do(rung) == ["process_lead"]
    assert len(simulator.texts()) == 1
    assert last(story, "lost rings") == "1"


def test_due_text_is_rung_for(story, simulator, rung, monkeypatch):
    monkeypatch.setattr("workers.sms._create.retry.sleep", lambda seconds: None)
    simulator.fault(mode="429")
    story.texted()
    simulator.fault(mode="ok")
    story.change("UPDATE deliveries SET due_at = now() - interval '5 seconds'")

    sweep("due texts")

    assert do(rung) == ["send_text"]
    assert len(simulator.texts()) == 1


def test_f2_worker_killed_in_the_call_leads_to_one_text(story, simulator, rung):
    simulator.fault(mode="accept_then_500")
    lead_id = story.texted()
    story.change(
        "UPDATE deliveries SET status = 'sending', unknowns = 0, checks = 0, check_at = NULL,"
        " lease_until = now() - interval '1 second'"
    )
    simulator.fault(mode="ok")

    sweep("expired leases")
    assert last(story, "expired leases") == "1"
    story.change("UPDATE deliveries SET check_at = now()")
    eventually(lambda: simulator.texts()[0]["status"] == "delivered")
    sweep("texts to look up")

    assert do(rung) == ["check_text"]
    assert story.stands(lead_id) == ("delivered", "joined", True)
    assert len(simulator.texts()) == 1


def test_receipt_whose_job_was_lost_is_rung_for(story, simulator, rung):
    lead_id = story.texted()
    story.told(lead_id, "undelivered", 30003)
    story.change("UPDATE receipts SET received_at = now() - interval '1 minute'")

    sweep("open receipts")

    assert do(rung) == ["apply_receipts"]
    assert story.stands(lead_id) == ("undelivered", "needs_attention", False)


def test_sweep_that_fails_is_recorded_as_failed(story, monkeypatch):
    def fail(jobs):
        raise RingFailed("Redis is away")

    monkeypatch.setattr(sweeps, "ring", fail)

    with pytest.raises(RingFailed):
        sweep("due texts")

    assert last(story, "due texts") == "failed"


def test_rings_of_a_sweep_reach_redis(story):
    before = broker.client.hlen("dramatiq:leads.msgs")
    story.post()
    eventually(lambda: broker.client.hlen("dramatiq:leads.msgs") == before + 1)
    story.change("UPDATE leads SET received_at = now() - interval '1 minute'")

    sweep("lost rings")

    assert broker.client.hlen("dramatiq:leads.msgs") == before + 2


BEHIND = [
    ("lost rings", process_lead),
    ("due texts", send_text),
    ("texts to look up", check_text),
]


@pytest.fixture
def waiting(story, simulator):
    """A lead, a due text and a receipt, whose jobs are not there; tell since when."""
    lead_id = story.texted()
    story.told(lead_id, "undelivered", 30003)
    story.change("UPDATE deliveries SET status = 'ready'")
    lead_id = story.post(phone="+1 202 555 0143")

    def waits(since):
        past = {"since": since}
        story.change(
            "UPDATE receipts SET received_at = now() - make_interval(secs => :since)", **past
        )
        story.change(
            "UPDATE deliveries SET due_at = now() - make_interval(secs => :since)", **past
        )
        story.change(
            "UPDATE deliveries SET check_at = now() - make_interval(secs => :since)", **past
        )
        story.change(RECEIVED, id=lead_id, **past)

    return waits


RECEIVED = "UPDATE leads SET received_at = now() - make_interval(secs => :since) WHERE id = :id"


@pytest.mark.parametrize(("name", "actor"), [*BEHIND, ("open receipts", apply_receipts)])
def test_workers_that_are_behind_get_no_second_ring(rung, waiting, name, actor):
    waiting(since=50)
    ring([actor.message("somebody else") for _ in range(LONG_BACKLOG + 10)])

    sweep(name)
    assert rung == []
    broker.flush(actor.queue_name)
    sweep(name)

    assert len(rung) == 1


@pytest.mark.parametrize(("name", "actor"), BEHIND)
def test_what_waits_for_a_minute_is_rung_for_once_however_far_behind_workers_are(
    story, rung, waiting, name, actor
):
    """Redis may have lost its job, and newer ones would pass it by for as long as they come."""
    waiting(since=70)
    ring([actor.message("somebody else") for _ in range(LONG_BACKLOG + 10)])

    for _ in range(2):
        sweep(name)

    assert [job.actor_name for job in rung] == [actor.actor_name]


def test_few_are_rung_for_at_a_time_while_workers_are_behind_and_the_oldest_first(
    story, rung, monkeypatch
):
    monkeypatch.setattr(sweeps, "backlog", lambda queue_name: LONG_BACKLOG + 1)
    posted = [story.post(phone=f"+1 202 555 01{n:02}") for n in range(overdue.SLOW.most + 2)]
    for age, lead_id in enumerate(reversed(posted)):
        story.change(RECEIVED, id=lead_id, since=100 + 60 * age)

    sweep("lost rings")

    assert {job.args[0] for job in rung} == set(posted[: overdue.SLOW.most])


def test_sweep_of_no_name_fails():
    with pytest.raises(KeyError):
        sweep("no such sweep")
