"""A text that had to wait, at its claim: from which number it leaves, and whether it may."""

from datetime import timedelta

import pytest

from models import transaction, windows
from models.circuits import Circuit, number_scope
from senders.quiet_hours import Window
from tests.story import OURS
from workers import twilio
from workers.admin import run_job
from workers.leads import process_lead, send_text

NEW = "+12025550101"


@pytest.fixture(autouse=True)
def without_backoff(monkeypatch):
    monkeypatch.setattr("workers.sms._create.retry.sleep", lambda seconds: None)


@pytest.fixture
def waiting(story, simulator):
    """A lead whose text Twilio has not taken yet."""
    simulator.fault(mode="429")
    lead_id = story.texted()
    simulator.fault(mode="ok")
    return lead_id


def due_now(story):
    story.change("UPDATE deliveries SET due_at = now() - interval '2 seconds'")


def add_number(story, *, is_chosen=True):
    made = story.value(
        "INSERT INTO phone_numbers (id, account_id, number, status)"
        " VALUES (gen_random_uuid(), :account, :number, 'approved') RETURNING id",
        account=story.account,
        number=NEW,
    )
    if is_chosen:
        story.change("UPDATE integrations SET phone_number_id = :id", id=made)


def open_circuit(number):
    with transaction() as session:
        Circuit.open(session, number_scope(number), 21606, "number out of order", 3600)


def sent_from(simulator):
    return [each["from"] for each in simulator.texts()]


GONE = {
    "deleted": "UPDATE phone_numbers SET deleted_at = now()",
    "rejected": "UPDATE phone_numbers SET status = 'rejected'",
    "replaced": "UPDATE phone_numbers SET status = 'approved'",
}


@pytest.mark.parametrize("gone", GONE)
def test_rule_10_waiting_text_leaves_from_the_number_that_is_used_now(
    story, simulator, waiting, gone
):
    story.change(GONE[gone])
    add_number(story, is_chosen=gone == "replaced")
    due_now(story)

    send_text(waiting)

    assert sent_from(simulator) == [NEW]
    assert story.delivery(waiting).from_number == NEW


def test_rule_10_text_of_the_night_leaves_from_the_number_of_the_morning(
    story, simulator, monkeypatch
):
    def closed(now, _evidence):
        return Window(False, now + timedelta(hours=8), now + timedelta(hours=20), "rule")

    monkeypatch.setattr(windows, "window", closed)
    story.change("UPDATE integrations SET quiet_hours = 'defer'")
    lead_id = story.texted()
    story.change(GONE["deleted"])
    add_number(story)
    due_now(story)

    send_text(lead_id)

    assert sent_from(simulator) == [NEW]


def test_text_of_a_number_whose_circuit_is_open_leaves_from_the_one_that_replaced_it(
    story, simulator, monkeypatch
):
    def refuse(**_):
        raise twilio.Halted(21606, "From is not usable", whole_account=False)

    with monkeypatch.context() as patch:
        patch.setattr(twilio, "create", refuse)
        lead_id = story.texted()
    add_number(story)
    due_now(story)

    send_text(lead_id)

    assert sent_from(simulator) == [NEW]
    assert story.value("SELECT scope FROM circuits WHERE closed_at IS NULL") == f"number:{OURS}"


def test_text_waits_for_the_circuit_of_the_number_that_is_used_now(story, simulator, waiting):
    add_number(story)
    open_circuit(NEW)
    due_now(story)
    asked = len(simulator.calls())

    send_text(waiting)

    assert len(simulator.calls()) == asked
    assert story.stands(waiting) == ("ready", "texting", False)
    assert story.lead(waiting).reason == "number out of order"


def test_rule_10_held_text_leaves_from_the_number_it_is_released_with(
    api, story, simulator, waiting
):
    story.switch("paused")
    due_now(story)
    send_text(waiting)
    story.change(GONE["deleted"])
    add_number(story)

    run_job(api.post("/integration/activate").json["job"]["id"])
    send_text(waiting)

    assert sent_from(simulator) == [NEW]


@pytest.mark.parametrize("hindrance", ["none", "circuit", "quiet hours"])
def test_text_is_held_while_no_number_may_carry_it(story, simulator, waiting, hindrance):
    story.change(GONE["deleted"])
    with transaction() as session:
        if hindrance == "circuit":
            Circuit.open(session, "account", 20003, "no", 0)
    if hindrance == "quiet hours":
        story.change("UPDATE integrations SET quiet_hours = 'defer'")
    due_now(story)

    send_text(waiting)

    assert story.stands(waiting) == ("ready", "held", False)
    assert story.lead(waiting).reason == "no approved messaging number"
    assert simulator.texts() == []
    assert story.value("SELECT count(*) FROM circuits WHERE probe_at > now()") == 0


def test_attempt_keeps_the_number_it_was_made_from_in_the_consent_record(api, story, simulator):
    lead_id = story.texted()
    story.receipt(lead_id, "undelivered", code=30003)
    story.change(GONE["deleted"])
    add_number(story)

    run_job(api.post(f"/leads/{lead_id}/retry").json["job"]["id"])
    send_text(lead_id)

    record = api.get(f"/leads/{lead_id}/consent").json
    texts = [each["data"] for each in record["entries"] if each["kind"] == "text"]
    assert [(each["attempt"], each["from"]) for each in texts] == [(1, OURS), (2, NEW)]
    assert (record["intact"], record["changed"], record["unsealed"]) == (True, [], [])


def test_rule_14_retry_of_a_lead_whose_number_turned_out_a_landline_texts_nobody(
    api, story, simulator
):
    first = story.texted()
    story.receipt(first, "undelivered", code=30003)
    process_lead(second := story.another())
    story.receipt(second, "undelivered", code=30006)

    run_job(api.post(f"/leads/{first}/retry").json["job"]["id"])
    send_text(first)

    assert story.stands(first) == ("landline", "landline", True)
    assert story.timeline(first)[-2:] == ["retried", "landline"]
    assert len(simulator.texts()) == 2


@pytest.mark.parametrize("hindrance", ["none", "circuit", "quiet hours"])
def test_rule_14_waiting_text_to_a_number_known_as_a_landline_since_ends_so(
    story, simulator, waiting, hindrance
):
    story.change("UPDATE contacts SET landline = true")
    if hindrance == "circuit":
        open_circuit(OURS)
    if hindrance == "quiet hours":
        story.change("UPDATE integrations SET quiet_hours = 'defer'")
    due_now(story)

    send_text(waiting)

    delivery = story.delivery(waiting)
    assert story.stands(waiting) == ("landline", "landline", True)
    assert (delivery.reason, delivery.check_at) == ("the number is a landline", None)
    assert delivery.final_at is not None
    assert story.contact().queue_lead_id == delivery.lead_id
    assert simulator.texts() == []
