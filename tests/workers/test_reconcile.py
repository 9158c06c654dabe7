"""Asking Twilio: an unknown text is looked for, a sent one without a final receipt fetched."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from models import DeliveryStatus
from tests.conftest import eventually
from workers import twilio
from workers.leads import process_lead, send_text
from workers.receipts import apply_receipts
from workers.reconcile import check_text
from workers.twilio import TwilioText, TwilioUnavailable


@pytest.fixture(autouse=True)
def without_backoff(monkeypatch):
    monkeypatch.setattr("workers.sms._create.retry.sleep", lambda seconds: None)


def look(story, lead_id):
    """Do what the sweep rings for when the time to look has come."""
    check_text(lead_id, story.delivery(lead_id).checks)


def wait_left(story, lead_id):
    return (story.delivery(lead_id).check_at - datetime.now(UTC)).total_seconds()


def finally_at_twilio(simulator, status):
    eventually(lambda: simulator.texts()[-1]["status"] == status)


def say(monkeypatch, text):
    """Have Twilio answer every question so."""
    monkeypatch.setattr(twilio, "fetch", lambda sid: text)
    monkeypatch.setattr(twilio, "list_texts", lambda to: [text] if text else [])


def test_rule_12_unknown_text_that_twilio_has_is_found_and_not_sent_again(story, simulator):
    simulator.fault(mode="accept_then_500")
    lead_id = story.texted()
    finally_at_twilio(simulator, "delivered")

    look(story, lead_id)

    [sent] = simulator.texts()
    assert story.stands(lead_id) == ("delivered", "joined", True)
    assert story.delivery(lead_id).sid == sent["sid"]


def test_f23_unknown_text_that_is_queued_at_twilio_is_sent(story, simulator, monkeypatch):
    simulator.fault(mode="accept_then_500")
    lead_id = story.texted()
    [sent] = simulator.texts()
    say(monkeypatch, TwilioText(sent["sid"], "queued", body=sent["body"]))

    look(story, lead_id)

    assert story.stands(lead_id) == ("sent", "texting", False)
    assert wait_left(story, lead_id) > 500  # the settling time begins


def test_rule_12_text_not_found_by_three_looks_is_sent_again_once(story, simulator):
    simulator.fault(mode="500")
    lead_id = story.texted()
    waits = []
    for _ in range(2):
        look(story, lead_id)
        waits.append(round(wait_left(story, lead_id), -1))
    assert waits == [240, 600]  # at 60 s, 5 min and 15 min after the call
    assert story.delivery(lead_id).status == DeliveryStatus.UNKNOWN

    look(story, lead_id)
    assert story.stands(lead_id) == ("ready", "texting", False)
    assert story.timeline(lead_id) == ["text_unknown", "text_not_found"]
    simulator.fault(mode="ok")
    send_text(lead_id)

    assert len(simulator.texts()) == 1
    assert story.delivery(lead_id).attempt == 2


def test_fate_second_unknown_is_for_a_person_to_decide(story, simulator):
    simulator.fault(mode="500")
    lead_id = story.texted()
    for _ in range(3):
        look(story, lead_id)
    send_text(lead_id)
    for _ in range(3):
        look(story, lead_id)
    send_text(lead_id)

    assert story.stands(lead_id) == ("review", "needs_attention", False)
    assert story.lead(lead_id).reason == "may have been sent"
    assert story.delivery(lead_id).check_at is None
    assert len([call for call in simulator.calls() if call["method"] == "POST"]) == 2


def test_f25_text_that_lists_late_is_found_by_a_later_look(story, simulator):
    simulator.fault(mode="accept_then_500", list_lag_s=600)
    lead_id = story.texted()
    look(story, lead_id)
    look(story, lead_id)
    assert story.delivery(lead_id).status == DeliveryStatus.UNKNOWN

    simulator.fault(list_lag_s=0)
    look(story, lead_id)

    assert story.delivery(lead_id).sid == simulator.texts()[0]["sid"]
    assert len(simulator.texts()) == 1


def test_outcome_text_accepted_without_an_id_is_found(story, simulator):
    simulator.fault(mode="half_body")
    lead_id = story.texted()
    finally_at_twilio(simulator, "delivered")

    look(story, lead_id)

    assert story.delivery(lead_id).sid == simulator.texts()[0]["sid"]


def test_outcome_text_accepted_without_an_id_is_never_sent_again(story, simulator):
    simulator.fault(mode="half_body", list_lag_s=600)
    lead_id = story.texted()

    for _ in range(3):
        look(story, lead_id)
    send_text(lead_id)

    assert story.stands(lead_id) == ("review", "needs_attention", False)
    assert len(simulator.texts()) == 1


def test_look_that_twilio_does_not_answer_does_not_count(story, simulator, monkeypatch):
    simulator.fault(mode="500")
    lead_id = story.texted()

    def away(to):
        raise TwilioUnavailable("away")

    monkeypatch.setattr(twilio, "list_texts", away)
    look(story, lead_id)

    assert story.delivery(lead_id).checks == 0
    assert 5 < wait_left(story, lead_id) <= 10


def test_unanswered_look_leaves_alone_what_was_settled_meanwhile(story, simulator, monkeypatch):
    simulator.fault(mode="accept_then_500")
    lead_id = story.texted()

    def away(to):
        story.receipt(lead_id, "delivered", sid=simulator.texts()[0]["sid"])
        raise TwilioUnavailable("away")

    monkeypatch.setattr(twilio, "list_texts", away)
    look(story, lead_id)

    assert story.delivery(lead_id).check_at is None


def test_receipt_that_is_faster_than_the_look_stands(story, simulator, monkeypatch):
    simulator.fault(mode="accept_then_500")
    lead_id = story.texted()

    def nothing(to):
        story.receipt(lead_id, "delivered", sid=simulator.texts()[0]["sid"])
        return []

    monkeypatch.setattr(twilio, "list_texts", nothing)
    look(story, lead_id)

    assert story.stands(lead_id) == ("delivered", "joined", True)
    assert story.delivery(lead_id).checks == 0


def test_look_that_comes_twice_counts_once(story, simulator):
    simulator.fault(mode="500")
    lead_id = story.texted()

    check_text(lead_id, 0)
    check_text(lead_id, 0)

    assert story.delivery(lead_id).checks == 1


def test_look_at_what_has_no_text_does_nothing(story, simulator):
    lead_id = story.post()

    check_text(lead_id, 0)

    assert simulator.calls() == []


@pytest.mark.parametrize(
    ("created", "body"),
    [(-3600, None), (0, "Something else.")],
    ids=["long before the call", "of other words"],
)
def test_text_that_is_not_this_one_is_not_taken_for_it(
    story, simulator, monkeypatch, created, body
):
    simulator.fault(mode="500")
    lead_id = story.texted()
    at = datetime.now(UTC) + timedelta(seconds=created)
    ours = story.delivery(lead_id).body
    say(monkeypatch, TwilioText("SM" + "a" * 32, "sent", body=body or ours, created_at=at))

    look(story, lead_id)

    assert story.delivery(lead_id).sid is None


def test_text_of_the_same_words_for_another_lead_is_not_taken(story, simulator):
    story.texted()
    simulator.fault(mode="500")
    process_lead(second := story.another())

    look(story, second)

    assert story.delivery(second).sid is None


def test_text_that_an_operator_s_retry_has_replaced_is_not_taken_for_the_new_one(
    story, simulator
):
    lead_id = story.texted()
    story.receipt(lead_id, "undelivered", 30003)
    simulator.fault(mode="500")
    story.retry(lead_id)
    assert story.delivery(lead_id).status == DeliveryStatus.UNKNOWN

    look(story, lead_id)

    assert story.delivery(lead_id).sid is None


def test_rule_13_fate_0007_sent_counts_after_the_settling_time_and_a_fetch(story, simulator):
    lead_id = story.texted(phone="+1 202 555 0007")
    finally_at_twilio(simulator, "sent")

    look(story, lead_id)

    assert story.stands(lead_id) == ("sent", "joined", True)
    assert 43_000 < wait_left(story, lead_id) <= 43_200  # once more after twelve hours


def test_rule_13_second_fetch_is_the_last(story, simulator):
    lead_id = story.texted(phone="+1 202 555 0007")
    finally_at_twilio(simulator, "sent")
    look(story, lead_id)

    look(story, lead_id)

    assert story.stands(lead_id) == ("sent", "joined", True)
    assert story.delivery(lead_id).check_at is None
    assert story.timeline(lead_id).count("joined") == 1


@pytest.mark.parametrize(
    ("phone", "ends"),
    [
        ("+12025550142", ("delivered", "joined", True)),
        ("+12025550003", ("landline", "landline", True)),
        ("+12025550005", ("undelivered", "needs_attention", False)),
        ("+12025550006", ("undelivered", "needs_attention", False)),
    ],
    ids=["delivered", "fate 0003", "fate 0005", "fate 0006"],
)
def test_lost_receipt_is_fetched(story, simulator, phone, ends):
    lead_id = story.texted(phone=phone)
    finally_at_twilio(simulator, "delivered" if "joined" in ends else "undelivered")

    look(story, lead_id)

    assert story.stands(lead_id) == ends


def test_rule_13_undelivered_by_the_second_fetch_takes_her_out_of_the_queue(
    story, simulator, monkeypatch
):
    lead_id = story.texted(phone="+1 202 555 0007")
    finally_at_twilio(simulator, "sent")
    look(story, lead_id)
    sid = story.delivery(lead_id).sid

    say(monkeypatch, TwilioText(sid, "undelivered", 30003))
    look(story, lead_id)

    assert story.stands(lead_id) == ("undelivered", "needs_attention", False)


def test_rule_13_person_who_joined_stays_when_twilio_forgets_the_text(
    story, simulator, monkeypatch
):
    lead_id = story.texted(phone="+1 202 555 0007")
    finally_at_twilio(simulator, "sent")
    look(story, lead_id)
    story.change("UPDATE deliveries SET accepted_at = now() - interval '13 hours'")

    say(monkeypatch, None)
    look(story, lead_id)

    assert story.stands(lead_id) == ("sent", "joined", True)
    assert story.delivery(lead_id).check_at is None


@pytest.mark.parametrize("text", [TwilioText("SM1", "queued"), None], ids=["queued", "404"])
def test_text_still_on_its_way_is_asked_for_again(story, simulator, monkeypatch, text):
    lead_id = story.texted()
    say(monkeypatch, text)

    look(story, lead_id)

    assert story.stands(lead_id) == ("sent", "texting", False)
    assert wait_left(story, lead_id) > 500


def test_blocked_number_found_by_asking_is_suppressed(story, simulator, monkeypatch):
    lead_id = story.texted()
    say(monkeypatch, TwilioText(story.delivery(lead_id).sid, "undelivered", 30004))

    look(story, lead_id)

    assert story.stands(lead_id) == ("undelivered", "suppressed", False)


def test_asking_and_receipts_of_a_blocked_number_do_not_block_each_other(
    story, simulator, monkeypatch
):
    """Who has found 30004 by asking needs the lock that a receipt's job may hold."""
    leads = []
    for line in range(6):
        phone = f"+1202555011{line}"
        leads.append(story.texted(phone=phone))
    monkeypatch.setattr(twilio, "fetch", lambda sid: TwilioText(sid, "undelivered", 30004))
    failed = []

    def do(job, *given):
        try:
            start.wait()
            job(*given)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is shown below)
            failed.append(error)

    for each in leads:
        story.told(each, "undelivered", 30004)
    start = threading.Barrier(12)
    jobs = [(check_text, each, 0) for each in leads] + [
        (apply_receipts, each) for each in leads
    ]
    threads = [threading.Thread(target=do, args=job) for job in jobs]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert failed == []
    assert {str(story.lead(each).status) for each in leads} == {"suppressed"}


@pytest.mark.parametrize("text", [None, TwilioText("SM1", "queued")])
def test_text_of_which_twilio_never_tells_the_end_is_given_to_a_person(
    story, simulator, monkeypatch, text
):
    lead_id = story.texted()
    story.change("UPDATE deliveries SET accepted_at = now() - interval '13 hours'")
    say(monkeypatch, text)

    look(story, lead_id)

    assert story.stands(lead_id) == ("review", "needs_attention", False)
    assert story.delivery(lead_id).check_at is None
