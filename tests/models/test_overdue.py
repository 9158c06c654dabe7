"""What the sweeps look for: nothing that waits is forgotten, nothing is rung for twice."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import text

from models import (
    DeliveryStatus,
    Job,
    LeadStatus,
    autocommit,
    held_leads,
    overdue,
    transaction,
)
from models.db import session_factory
from models.suppressions import Because, SuppressionKind, suppress
from tests.conftest import eventually
from tests.story import PHONE
from workers.callbacks import status_callback

FINDERS = {
    "received_leads": overdue.received_leads,
    "due_texts": overdue.due_texts,
    "due_checks": overdue.due_checks,
    "unapplied_receipts": overdue.unapplied_receipts,
    "expired_leases": overdue.expired_leases,
    "held_of_deleted": overdue.held_of_deleted,
}


def found(name):
    with autocommit() as connection:
        return FINDERS[name](connection)


def ids(name):
    return [str(each) for each in found(name)]


@pytest.fixture
def waiting(story, simulator, monkeypatch):
    """A lead whose text is ready, its due time long over."""
    monkeypatch.setattr("workers.sms._create.retry.sleep", lambda seconds: None)
    simulator.fault(mode="429")
    lead_id = story.texted()
    story.change("UPDATE deliveries SET due_at = now() - interval '1 minute'")
    return lead_id


def test_lead_whose_ring_was_lost_is_found_once_in_ten_seconds(story):
    lead_id = story.post()
    assert found("received_leads") == []  # its ring is still on the way

    story.change("UPDATE leads SET received_at = now() - interval '3 seconds'")
    assert [ids("received_leads"), ids("received_leads")] == [[lead_id], []]
    story.change("UPDATE leads SET rung_at = now() - interval '11 seconds'")

    assert ids("received_leads") == [lead_id]


def test_lead_is_found_when_its_worker_s_lease_is_over(story):
    lead_id = story.post()
    story.change("UPDATE leads SET received_at = now() - interval '1 minute'")
    story.change("UPDATE leads SET lease_until = now() + interval '1 second'")
    assert found("received_leads") == []

    story.change("UPDATE leads SET lease_until = now() - interval '1 second'")

    assert ids("received_leads") == [lead_id]


def test_due_text_is_found_once_in_ten_seconds(story, waiting):
    assert [ids("due_texts"), ids("due_texts")] == [[waiting], []]

    story.change("UPDATE deliveries SET rung_at = now() - interval '11 seconds'")

    assert ids("due_texts") == [waiting]


def test_text_that_became_due_after_its_last_ring_is_found_at_once(story, waiting):
    ids("due_texts")
    story.change(
        "UPDATE deliveries SET rung_at = now() - interval '5 seconds',"
        " due_at = now() - interval '2 seconds'"
    )

    assert ids("due_texts") == [waiting]


def test_text_of_a_held_lead_is_not_due(story, waiting):
    story.change("UPDATE leads SET status = 'held'")

    assert found("due_texts") == []


def test_text_to_look_up_is_found_with_the_number_of_looks(story, simulator):
    simulator.fault(mode="500")
    lead_id = story.texted()
    assert found("due_checks") == []

    story.change("UPDATE deliveries SET checks = 1, check_at = now()")

    assert [(str(each), checks) for each, checks in found("due_checks")] == [(lead_id, 1)]
    assert found("due_checks") == []


def test_receipt_whose_job_was_lost_is_found(story, simulator):
    lead_id = story.texted()
    story.told(lead_id, "undelivered", 30003)
    story.told(lead_id, "undelivered", 30003)
    assert found("unapplied_receipts") == []

    story.change("UPDATE receipts SET received_at = now() - interval '4 seconds'")

    assert ids("unapplied_receipts") == [lead_id]


def test_receipt_of_nobody_s_text_is_never_looked_for(story, simulator):
    lead_id = story.post()  # it has no text yet
    story.signed(status_callback(lead_id, 1), {"MessageSid": "SM1", "MessageStatus": "sent"})
    story.change("UPDATE receipts SET received_at = now() - interval '1 minute'")

    assert found("unapplied_receipts") == []


def test_f2_text_whose_worker_died_in_the_call_is_unknown_when_its_lease_is_over(
    story, simulator
):
    simulator.fault(mode="500")
    lead_id = story.texted()
    story.change(
        "UPDATE deliveries SET status = 'sending', unknowns = 0, check_at = NULL,"
        " lease_until = now() + interval '1 second'"
    )
    assert found("expired_leases") == 0

    story.change("UPDATE deliveries SET lease_until = now() - interval '1 second'")
    assert found("expired_leases") == 1

    delivery = story.delivery(lead_id)
    assert delivery.status == DeliveryStatus.UNKNOWN
    assert (delivery.unknowns, delivery.checks, delivery.lease_until) == (1, 0, None)
    assert delivery.check_at is not None
    assert story.timeline(lead_id)[-1] == "text_unknown"


@pytest.mark.parametrize("status", ["ready", None], ids=["its text ready", "without a text"])
def test_decision_held_lead_of_a_deleted_integration_is_dropped(
    story, simulator, waiting, status
):
    if status is None:
        story.change("DELETE FROM attempts")
        story.change("DELETE FROM deliveries")
    story.change("UPDATE leads SET status = 'held'")
    assert found("held_of_deleted") == 0
    story.delete_integration()

    assert found("held_of_deleted") == 1
    assert found("held_of_deleted") == 0

    assert story.lead(waiting).status == LeadStatus.DROPPED
    assert story.timeline(waiting)[-1] == "dropped"
    if status:
        assert story.delivery(waiting).status == DeliveryStatus.CANCELED


def test_drop_and_suppression_of_one_number_do_not_block_each_other(story, waiting):
    """The suppression has the text and wants the lead; the sweep must not have it."""
    story.change("UPDATE leads SET status = 'held'")
    story.delete_integration()
    with ExitStack() as stack:
        suppressing = stack.enter_context(session_factory())
        suppressing.execute(text("SELECT 1 FROM deliveries FOR UPDATE"))
        swept = threading.Thread(target=found, args=("held_of_deleted",))
        swept.start()
        swept.join(10)

        because = Because(SuppressionKind.DNC, None, "api")
        suppress(suppressing, story.account, PHONE, because)
        suppressing.commit()

    assert story.lead(waiting).status == LeadStatus.SUPPRESSED


def test_release_and_suppression_of_one_number_do_not_block_each_other(
    story, simulator, waiting
):
    """A person may text STOP while the switch releases her lead among others."""
    later = story.texted(phone="+1 202 555 0143")
    story.change("UPDATE leads SET status = 'held', held_at = now()")

    with ThreadPoolExecutor(2) as both:
        with session_factory() as holder:
            one = text("SELECT 1 FROM leads WHERE id = :id FOR UPDATE")
            holder.execute(one, {"id": later})
            releasing = both.submit(release, story)
            eventually(lambda: waiters(story) == 1)  # has the first lead, wants the second
            suppressing = both.submit(story.suppress)
            eventually(lambda: waiters(story) == 2)
        releasing.result()
        suppressing.result()

    assert story.stands(waiting) == ("suppressed", "suppressed", False)
    assert story.lead(later).status == LeadStatus.TEXTING


def release(story):
    asked = Job(
        account_id=story.account,
        kind="activate",
        params={"integration_id": str(story.integration)},
    )
    with transaction() as session:
        held_leads.release(session, asked, 500)


def waiters(story):
    return story.value("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")


def test_sweeps_step_over_rows_that_others_hold(story, waiting):
    story.change("UPDATE deliveries SET check_at = now()")
    with transaction() as session:
        session.execute(text("SELECT 1 FROM deliveries FOR UPDATE"))

        assert found("due_texts") == []
        assert found("due_checks") == []


#: What may wait (the lead, its text), and the sweep that finds it.
WAITING = [
    ("received", None, "received_leads"),
    ("texting", "ready", "due_texts"),
    ("texting", "sending", "expired_leases"),
    ("texting", "unknown", "due_checks"),
    ("texting", "sent", "due_checks"),
    ("held", "ready", "held_of_deleted"),
    ("held", None, "held_of_deleted"),
]


@pytest.mark.parametrize(("lead", "delivery", "finder"), WAITING)
def test_nothing_that_waits_is_forgotten(story, simulator, waiting, lead, delivery, finder):
    if delivery is None:
        story.change("DELETE FROM attempts")
        story.change("DELETE FROM deliveries")
    else:
        story.change(
            "UPDATE deliveries SET status = :status, lease_until = now() - interval '1 second'",
            status=delivery,
        )
    if delivery in {"unknown", "sent"}:
        story.change("UPDATE deliveries SET check_at = now()")
    story.change(
        "UPDATE leads SET status = :status, received_at = now() - interval '1 hour',"
        " lease_until = NULL",
        status=lead,
    )
    if lead == "held":
        story.delete_integration()

    assert eventually(lambda: found(finder))


def test_open_job_that_no_worker_is_at_is_found(story):
    job_id = story.value(
        "INSERT INTO jobs (id, account_id, kind, status, params, total, done, skipped,"
        " failures, cancel_requested, created_at) VALUES (gen_random_uuid(), :account,"
        " 'activate', 'queued', '{}', 0, 0, 0, '[]', false, now() - interval '1 minute')"
        " RETURNING id",
        account=story.account,
    )

    with autocommit() as connection:
        looks = overdue.open_jobs(connection), overdue.open_jobs(connection)

    assert looks == ([job_id], [])
