"""What Twilio tells later: the delivery moves by rank, the first final word stands."""

import itertools
import logging
import threading

import pytest

from models import SuppressionKind, autocommit, transaction
from models.outcomes import join
from models.overdue import held_of_deleted
from models.suppressions import lock_suppressions
from tests.story import PHONE
from workers import receipts
from workers.leads import process_lead, send_text
from workers.receipts import apply_receipts

OTHER = "SM" + "f" * 32


def test_rule_13_person_joins_the_moment_the_text_is_delivered(story, simulator):
    lead_id = story.texted()

    story.receipt(lead_id, "sent")
    assert story.stands(lead_id) == ("sent", "texting", False)
    story.receipt(lead_id, "delivered")

    assert story.stands(lead_id) == ("delivered", "joined", True)
    assert str(story.contact().queue_lead_id) == lead_id
    assert story.timeline(lead_id) == ["texted", "joined"]
    assert story.delivery(lead_id).check_at is None


@pytest.mark.parametrize(
    ("code", "text", "lead", "queued", "reason"),
    [
        (30006, "landline", "landline", True, None),
        (30003, "undelivered", "needs_attention", False, "the phone could not be reached"),
        (30007, "undelivered", "needs_attention", False, "the carrier filtered the text"),
        (30008, "undelivered", "needs_attention", False, "the carrier gave no reason"),
        (30005, "undelivered", "needs_attention", False, "not a working number"),
        (30001, "undelivered", "needs_attention", False, "the carrier's queue was full"),
        (30004, "undelivered", "suppressed", False, "the carrier blocks texts to this number"),
        (39999, "undelivered", "needs_attention", False, "the text was refused"),
        (None, "undelivered", "needs_attention", False, "the carrier gave no reason"),
    ],
    ids=lambda value: f"fate {value}" if isinstance(value, int) else None,
)
def test_fate_by_receipt(story, simulator, code, text, lead, queued, reason):
    lead_id = story.texted()

    story.receipt(lead_id, "undelivered", code)

    assert story.stands(lead_id) == (text, lead, queued)
    told = story.lead(lead_id).reason
    assert told == (f"{reason} ({code})" if reason and code else reason)
    assert story.contact().landline == (code == 30006)


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_other_final_words_mean_undelivered(story, simulator, status):
    lead_id = story.texted()

    story.receipt(lead_id, status)

    assert story.stands(lead_id) == ("undelivered", "needs_attention", False)


def test_fate_30004_puts_the_number_onto_the_carrier_s_list(story, simulator):
    lead_id = story.texted()

    story.receipt(lead_id, "undelivered", 30004)

    [suppression] = story.suppressions()
    assert suppression.kind == SuppressionKind.CARRIER
    assert (suppression.error_code, suppression.source) == (30004, "Twilio 30004")


@pytest.mark.parametrize(
    ("code", "scope"), [(30034, "number:+12025550100"), (30002, "account")]
)
def test_receipt_that_speaks_of_us_stops_the_line(story, simulator, code, scope):
    lead_id = story.texted()

    story.receipt(lead_id, "undelivered", code)

    assert story.stands(lead_id) == ("undelivered", "needs_attention", False)
    assert story.value("SELECT scope FROM circuits WHERE closed_at IS NULL") == scope
    waiting = story.texted(phone="+1 202 555 0143")
    assert story.stands(waiting) == ("ready", "texting", False)
    assert story.lead(waiting).reason.endswith(f"at the moment ({code})")
    assert len(simulator.texts()) == 1


FINALS = [("delivered", None), ("undelivered", 30003)]


@pytest.mark.parametrize(
    "order",
    list(itertools.permutations(["queued", "sending", "sent", "delivered"])),
    ids=" ".join,
)
def test_f26_receipts_in_any_order_end_the_same(story, simulator, order):
    lead_id = story.texted()

    for status in order:
        story.receipt(lead_id, status)
        story.receipt(lead_id, status)

    assert story.stands(lead_id) == ("delivered", "joined", True)
    assert story.timeline(lead_id) == ["texted", "joined"]
    assert len(story.receipts(lead_id)) == 8  # each is kept


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(FINALS)))
def test_f26_first_final_receipt_stands(story, simulator, first, second):
    lead_id = story.texted()

    story.receipt(lead_id, *first)
    before = story.stands(lead_id)
    story.receipt(lead_id, *second)

    assert story.stands(lead_id) == before
    assert all(receipt.applied_at for receipt in story.receipts(lead_id))


def test_catalog_98_receipt_that_says_nothing_new_needs_no_job(story, simulator):
    lead_id = story.texted()
    story.told(lead_id, "sent")

    [receipt] = story.receipts(lead_id)

    assert receipt.applied_at is not None


def test_catalog_97_receipt_of_a_text_we_do_not_know_is_kept_and_asks_for_no_job(
    story, simulator
):
    form = {"MessageSid": OTHER, "MessageStatus": "delivered"}

    answer = story.signed("/twilio/status", form)

    assert answer.status_code == 204
    assert story.value("SELECT count(*) FROM receipts WHERE applied_at IS NOT NULL") == 1


def test_receipt_that_names_no_lead_is_matched_by_twilio_s_id(story, simulator):
    lead_id = story.texted()
    form = {"MessageSid": story.delivery(lead_id).sid, "MessageStatus": "delivered"}

    story.signed("/twilio/status", form)
    apply_receipts(lead_id)

    assert story.stands(lead_id) == ("delivered", "joined", True)


def test_job_without_a_lead_or_a_receipt_does_nothing(story, simulator):
    lead_id = story.texted()

    apply_receipts("00000000-0000-4000-8000-000000000000")
    apply_receipts(lead_id)

    assert story.stands(lead_id) == ("sent", "texting", False)


@pytest.mark.parametrize("status", ["ready", "sending", "unknown", "review"])
@pytest.mark.parametrize(
    ("told", "ends"),
    [("sent", ("sent", "texting", False)), ("delivered", ("delivered", "joined", True))],
)
def test_outcome_receipt_is_evidence_for_a_text_that_was_not_known_to_be_sent(
    story, simulator, status, told, ends
):
    simulator.fault(mode="accept_then_500")
    lead_id = story.texted()
    story.change("UPDATE deliveries SET status = :status", status=status)
    if status == "review":
        story.change("UPDATE leads SET status = 'needs_attention', reason = 'may have'")

    story.receipt(lead_id, told, sid=OTHER)

    assert story.stands(lead_id) == ends
    assert story.lead(lead_id).reason is None
    delivery = story.delivery(lead_id)
    assert delivery.sid == OTHER
    assert delivery.accepted_at is not None
    assert delivery.lease_until is None


def test_id_of_a_text_accepted_without_one_is_learned_from_its_receipt(story, simulator):
    simulator.fault(mode="half_body")
    lead_id = story.texted()

    story.receipt(lead_id, "sent", sid=OTHER)

    assert story.delivery(lead_id).sid == OTHER
    assert story.stands(lead_id) == ("sent", "texting", False)


def test_rule_13_undelivered_takes_a_waiting_contact_out_of_the_queue(story, simulator):
    lead_id = _counted_as_delivered(story)

    story.receipt(lead_id, "undelivered", 30003)

    assert story.stands(lead_id) == ("undelivered", "needs_attention", False)


def test_rule_13_undelivered_leaves_someone_in_a_group_there(story, simulator):
    lead_id = _counted_as_delivered(story)
    story.move_to_group()

    story.receipt(lead_id, "undelivered", 30003)

    assert story.stands(lead_id) == ("undelivered", "joined", False)
    assert story.contact().group_count == 1
    assert story.timeline(lead_id)[-1] == "undelivered"


def test_rule_13_30006_after_joining_marks_the_landline(story, simulator):
    lead_id = _counted_as_delivered(story)

    story.receipt(lead_id, "undelivered", 30006)

    assert story.stands(lead_id) == ("landline", "joined", True)
    assert story.contact().landline


def _counted_as_delivered(story):
    """Have a lead join on the word `sent`, as after the settling time."""
    lead_id = story.texted()
    with transaction() as session:
        join(session, lead_id, "Sent; the carrier gave no receipt.")
    assert story.stands(lead_id) == ("sent", "joined", True)
    return lead_id


def test_rule_16_person_who_got_a_group_meanwhile_does_not_join(story, simulator):
    lead_id = story.texted()
    story.move_to_group()

    story.receipt(lead_id, "delivered")

    assert story.stands(lead_id) == ("delivered", "joined", False)


def test_rule_16_person_who_was_suppressed_meanwhile_does_not_join(story, simulator):
    lead_id = story.texted()
    story.suppress()

    story.receipt(lead_id, "delivered")

    assert story.stands(lead_id) == ("delivered", "suppressed", False)
    assert story.timeline(lead_id) == ["texted", "suppressed"]


def test_rule_22_pause_and_deletion_of_the_integration_keep_nobody_from_joining(
    story, simulator
):
    lead_id = story.texted()
    story.switch("paused")
    story.delete_integration()

    story.receipt(lead_id, "delivered")

    assert story.stands(lead_id) == ("delivered", "joined", True)


def test_rule_22_queued_contact_stays_when_the_integration_is_paused_and_deleted(
    story, simulator
):
    lead_id = story.delivered()
    story.switch("paused")
    story.delete_integration()

    with autocommit() as connection:
        held_of_deleted(connection)

    assert story.stands(lead_id) == ("delivered", "joined", True)


def test_person_joins_once_on_the_word_of_the_first_lead(story, simulator):
    first = story.delivered()
    since = story.contact().queued_at

    process_lead(later := story.another())
    story.receipt(later, "delivered")

    assert story.contact().queued_at == since
    assert str(story.contact().queue_lead_id) == first
    assert story.lead(later).status == "joined"


def test_late_receipt_of_a_text_that_an_operator_sent_again_is_only_kept(story, simulator):
    lead_id = story.texted()
    first = story.delivery(lead_id).sid
    story.receipt(lead_id, "undelivered", 30003)
    story.retry(lead_id)

    story.receipt(lead_id, "sent", sid=first, attempt=1)
    story.receipt(lead_id, "undelivered", 30003, sid=first, attempt=1)

    assert story.stands(lead_id) == ("sent", "texting", False)
    assert story.delivery(lead_id).sid != first
    assert "texted_twice" not in story.timeline(lead_id)
    story.receipt(lead_id, "delivered")
    assert story.stands(lead_id) == ("delivered", "joined", True)


def test_late_receipt_does_not_swallow_an_operator_s_retry_that_waits(story, simulator):
    simulator.fault(mode="accept_then_500")
    lead_id = story.texted()
    story.receipt(lead_id, "undelivered", 30003, sid=OTHER)
    simulator.fault(mode="429")
    story.retry(lead_id)

    story.receipt(lead_id, "sent", sid=OTHER, attempt=1)

    assert story.delivery(lead_id).status == "ready"
    assert story.delivery(lead_id).sid is None


def test_late_receipt_of_an_attempt_given_up_wrongly_is_evidence(story, simulator):
    simulator.fault(mode="accept_then_500")
    lead_id = story.texted()
    story.change("UPDATE deliveries SET status = 'ready', due_at = now()")
    send_text(lead_id)  # attempt 2 is unknown as well

    story.receipt(lead_id, "delivered", sid=OTHER, attempt=1)

    assert story.stands(lead_id) == ("delivered", "joined", True)


def test_f25_second_text_of_a_lead_is_told_once(story, simulator, caplog):
    lead_id = story.texted()
    with caplog.at_level(logging.ERROR):
        story.receipt(lead_id, "sent", sid=OTHER)
        story.receipt(lead_id, "delivered", sid=OTHER)

    assert story.timeline(lead_id).count("texted_twice") == 1
    assert caplog.text.count("was texted twice") == 1
    assert story.stands(lead_id) == ("sent", "texting", False)


def test_two_texts_told_of_at_once_are_told_apart(story, simulator):
    simulator.fault(mode="accept_then_500")
    lead_id = story.texted()
    story.told(lead_id, "sent", sid=OTHER)
    story.told(lead_id, "delivered", sid="SM" + "e" * 32)

    apply_receipts(lead_id)

    assert story.delivery(lead_id).sid == OTHER
    assert story.delivery(lead_id).status == "sent"
    assert story.timeline(lead_id).count("texted_twice") == 1


def test_receipt_that_would_take_another_lead_s_text_is_only_kept(story, simulator):
    first = story.texted()
    taken = story.delivery(first).sid
    simulator.fault(mode="accept_then_500")
    process_lead(second := story.another())

    story.receipt(second, "delivered", sid=taken)

    assert story.delivery(second).status == "unknown"
    assert story.delivery(second).sid is None


def test_receipts_applied_by_two_jobs_at_once_count_once(story, simulator):
    for _ in range(10):
        lead_id = story.texted() if _ == 0 else story.another()
        process_lead(lead_id)
        with transaction() as session:  # somebody is at the suppressions: it is for a job
            lock_suppressions(session, story.account, exclusive=True)
            for status in ("sent", "delivered"):
                story.told(lead_id, status)
        assert story.stands(lead_id)[0] == "sent"
        start = threading.Barrier(4)

        def apply(lead_id=lead_id, start=start):
            start.wait()
            apply_receipts(lead_id)

        threads = [threading.Thread(target=apply) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert story.timeline(lead_id).count("joined") == 1


def test_suppressing_receipt_that_comes_meanwhile_is_left_to_its_own_job(
    story, simulator, monkeypatch
):
    """Its lock is another one: who has the lock shared must not ask for it exclusively."""
    lead_id = story.texted()
    story.change("UPDATE deliveries SET status = 'unknown', sid = NULL")
    story.told(lead_id, "sent", sid=OTHER)

    def lock(session, account_id, *, exclusive):
        lock_suppressions(session, account_id, exclusive=exclusive)
        if not exclusive:
            story.told(lead_id, "undelivered", 30004, sid=OTHER)

    monkeypatch.setattr(receipts, "lock_suppressions", lock)
    apply_receipts(lead_id)
    assert story.stands(lead_id) == ("sent", "texting", False)
    apply_receipts(lead_id)

    assert story.stands(lead_id) == ("undelivered", "suppressed", False)
    assert story.suppressions(PHONE)[0].error_code == 30004
