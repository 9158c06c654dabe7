"""One text: at most once, whatever Twilio answers and whoever else is at it."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from models import Delivery, DeliveryStatus, SuppressionKind, claiming, transaction
from models.texting import claim
from tests.conftest import eventually
from tests.story import OURS, PHONE
from workers import twilio
from workers.leads import process_lead, send_text
from workers.sms import text_lead
from workers.twilio import TwilioText


@pytest.fixture(autouse=True)
def without_backoff(monkeypatch):
    monkeypatch.setattr("workers.sms._create.retry.sleep", lambda seconds: None)


def due_now(story):
    story.change("UPDATE deliveries SET due_at = now() - interval '2 seconds'")
    story.change("UPDATE circuits SET probe_at = now() + interval '1 hour'")


def open_circuits(story):
    return story.value("SELECT count(*) FROM circuits WHERE closed_at IS NULL")


def test_text_says_where_to_report_to(story, simulator):
    lead_id = story.texted()

    [sent] = simulator.texts()
    assert f"lead={lead_id}&attempt=1&sig=" in sent["status_callback"]


def test_accepted_text_is_looked_up_when_no_receipt_comes(story, simulator):
    lead_id = story.texted()

    delivery = story.delivery(lead_id)
    assert delivery.check_at - delivery.accepted_at == timedelta(seconds=600)
    assert story.timeline(lead_id) == ["texted"]


@pytest.mark.parametrize(
    ("phone", "text", "lead", "queued", "reason"),
    [
        ("+12025550001", "refused", "needs_attention", False, "not a working number (21211)"),
        ("+12025550002", "landline", "landline", True, None),
        (
            "+12025550004",
            "refused",
            "suppressed",
            False,
            "the person unsubscribed at the carrier (21610)",
        ),
    ],
    ids=["fate 0001", "fate 0002", "fate 0004"],
)
def test_fate_refused_at_once(story, simulator, phone, text, lead, queued, reason):
    lead_id = story.texted(phone=phone)

    assert story.stands(lead_id) == (text, lead, queued)
    assert story.lead(lead_id).reason == reason
    assert story.delivery(lead_id).final_at is not None
    assert story.contact(phone).landline == (lead == "landline")
    assert simulator.texts() == []


def test_fate_0004_puts_the_number_onto_the_carrier_s_list(story, simulator):
    story.texted(phone="+12025550004")

    [suppression] = story.suppressions("+12025550004")
    assert suppression.kind == SuppressionKind.CARRIER
    assert (suppression.error_code, suppression.source) == (21610, "Twilio 21610")


@pytest.mark.parametrize(
    "mode",
    ["accept_then_500", "reset_before_read", "reset_after_accept", "500", "503", "302"],
)
def test_rule_12_text_that_may_have_left_is_not_sent_again(story, simulator, mode):
    simulator.fault(mode=mode)
    lead_id = story.texted()
    simulator.fault(mode="ok")

    due_now(story)
    send_text(lead_id)

    assert story.stands(lead_id) == ("unknown", "texting", False)
    assert len([call for call in simulator.calls() if call["method"] == "POST"]) == 1
    delivery = story.delivery(lead_id)
    assert delivery.check_at is not None
    assert delivery.lease_until is None
    assert story.timeline(lead_id) == ["text_unknown"]


def test_f23_call_that_hangs_is_unknown_at_its_deadline(story, simulator, monkeypatch):
    monkeypatch.setattr(twilio, "CREATE_SECONDS", 0.5)
    monkeypatch.setattr(twilio, "_local", threading.local())
    simulator.fault(mode="accept_then_hang", hang_ms=5_000)

    lead_id = story.texted()

    assert story.delivery(lead_id).status == DeliveryStatus.UNKNOWN


def test_outcome_success_without_an_id_is_sent_and_never_sent_again(story, simulator):
    simulator.fault(mode="half_body")
    lead_id = story.texted()

    due_now(story)
    send_text(lead_id)

    delivery = story.delivery(lead_id)
    assert (delivery.status, delivery.sid) == (DeliveryStatus.SENT, None)
    assert delivery.check_at - delivery.accepted_at == timedelta(seconds=60)
    assert len(simulator.texts()) == 1


def test_rule_12_text_that_certainly_has_not_left_is_tried_thrice_then_later(story, simulator):
    simulator.fault(mode="429")

    lead_id = story.texted()

    delivery = story.delivery(lead_id)
    assert story.stands(lead_id) == ("ready", "texting", False)
    assert delivery.due_at > datetime.now(UTC)
    assert (delivery.setbacks, delivery.attempt) == (1, 1)
    assert story.lead(lead_id).reason == "Twilio asked to wait (20429)"
    assert len(simulator.calls()) == 3


def test_rule_12_backoff_grows_with_the_setbacks_and_has_a_bound(story, simulator):
    simulator.fault(mode="429")
    lead_id = story.texted()
    waits = []

    for setbacks in (1, 3, 60):
        story.change("UPDATE deliveries SET setbacks = :n", n=setbacks)
        due_now(story)
        send_text(lead_id)
        waits.append(story.value("SELECT extract(epoch FROM due_at - now()) FROM deliveries"))

    assert 0 < waits[0] <= 2
    assert 3 < waits[1] <= 8
    assert 7 < waits[2] <= 15


def test_f24_refused_text_goes_out_when_twilio_takes_texts_again(story, simulator):
    simulator.fault(mode="429")
    lead_id = story.texted()
    simulator.fault(mode="ok")

    send_text(lead_id)  # not due yet
    assert simulator.texts() == []
    due_now(story)
    send_text(lead_id)

    assert len(simulator.texts()) == 1
    assert story.delivery(lead_id).setbacks == 0
    assert story.lead(lead_id).reason is None  # what it waited for is over


def test_f24_refused_connection_is_tried_again(story, simulator, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("config.TWILIO_BASE_URL", "http://127.0.0.1:1")
        patch.setattr(twilio, "_local", threading.local())
        lead_id = story.texted()
    assert story.delivery(lead_id).status == DeliveryStatus.READY

    due_now(story)
    send_text(lead_id)

    assert len(simulator.texts()) == 1


def test_f27_refused_credentials_keep_the_leads_and_say_why(story, simulator):
    simulator.fault(mode="401")
    first = story.texted()
    second = story.texted(phone="+1 202 555 0143")

    assert [story.delivery(each).status for each in (first, second)] == ["ready", "ready"]
    assert [story.delivery(each).attempt for each in (first, second)] == [1, 0]
    reason = "Twilio takes no texts from us at the moment (20003)"
    assert [story.lead(each).reason for each in (first, second)] == [reason, reason]
    assert story.delivery(second).due_at > datetime.now(UTC) + timedelta(seconds=20)
    assert len(simulator.calls()) == 1
    assert open_circuits(story) == 1


def test_f27_open_circuit_lets_one_text_through_at_a_time_and_closes_by_success(
    story, simulator
):
    simulator.fault(mode="401")
    leads = [story.texted(phone=f"+1 202 555 014{n}") for n in range(3)]
    story.change("UPDATE deliveries SET due_at = now() - interval '2 seconds'")
    story.change("UPDATE circuits SET probe_at = now()")

    for each in leads:
        send_text(each)
    assert len(simulator.calls()) == 2  # the one that opened it, and one probe
    simulator.fault(mode="ok")
    story.change("UPDATE deliveries SET due_at = now() - interval '2 seconds'")
    story.change("UPDATE circuits SET probe_at = now()")
    for each in leads:
        send_text(each)

    assert open_circuits(story) == 0
    assert len(simulator.texts()) == 3


@pytest.mark.parametrize("hindrance", ["paused", "suppressed", "another under way"])
def test_text_that_could_not_go_anyway_leaves_the_circuit_s_turn_to_others(
    story, simulator, hindrance
):
    simulator.fault(mode="401")
    lead_id = story.texted()
    due_now(story)
    if hindrance == "paused":
        story.switch("paused")
    elif hindrance == "suppressed":
        story.change(
            "INSERT INTO suppressions (id, account_id, phone, kind, source)"
            " VALUES (gen_random_uuid(), :account, :phone, 'dnc', 'api')",
            account=story.account,
            phone=PHONE,
        )
    else:
        story.change("UPDATE deliveries SET status = 'unknown'")
        lead_id = story.another()
        process_lead(lead_id)
        story.change("UPDATE deliveries SET due_at = now() WHERE status = 'ready'")
    story.change("UPDATE circuits SET probe_at = now() - interval '1 second'")

    send_text(lead_id)

    assert story.value("SELECT probe_at <= now() FROM circuits")
    assert len(simulator.calls()) == 1


def test_circuit_of_one_number_leaves_the_others_alone(story, simulator, monkeypatch):
    def refuse(**_):
        raise twilio.Halted(21606, "From is not usable", whole_account=False)

    with monkeypatch.context() as patch:
        patch.setattr(twilio, "create", refuse)
        waiting = story.texted()
    story.change("UPDATE phone_numbers SET number = '+12025550101'")

    story.texted(phone="+1 202 555 0143")

    assert story.value("SELECT scope FROM circuits") == f"number:{OURS}"
    assert story.delivery(waiting).status == DeliveryStatus.READY
    assert [text["from"] for text in simulator.texts()] == ["+12025550101"]


@pytest.mark.parametrize(
    ("stop", "ends"),
    [
        (lambda story: story.suppress(), ("suppressed", "suppressed", False)),
        (lambda story: story.switch("paused"), ("ready", "held", False)),
    ],
    ids=["suppressed", "paused"],
)
def test_what_stops_a_text_while_twilio_cannot_be_reached_ends_its_tries(
    story, simulator, monkeypatch, stop, ends
):
    def stop_meanwhile(_seconds):
        stop(story)
        simulator.fault(mode="ok")

    simulator.fault(mode="429")
    monkeypatch.setattr("workers.sms._create.retry.sleep", stop_meanwhile)

    lead_id = story.texted()

    assert simulator.texts() == []
    assert len(simulator.calls()) == 1
    due_now(story)
    send_text(lead_id)
    assert story.stands(lead_id) == ends
    assert simulator.texts() == []


def test_stop_that_waits_in_the_spool_ends_the_tries(story, simulator, monkeypatch):
    simulator.fault(mode="429")
    news = iter([False])
    monkeypatch.setattr("workers.sms.has_news_of_twilio", lambda: next(news, True))

    lead_id = story.texted()

    assert len(simulator.calls()) == 1
    assert story.stands(lead_id) == ("ready", "texting", False)


def test_job_that_was_stopped_after_its_claim_for_long_does_not_call(
    story, simulator, monkeypatch
):
    with monkeypatch.context() as stopped:
        stopped.setattr("workers.sms.CLAIM_SECONDS", -1.0)
        lead_id = story.texted()

    assert simulator.calls() == []
    assert story.stands(lead_id) == ("ready", "texting", False)
    due_now(story)
    send_text(lead_id)
    assert len(simulator.texts()) == 1


def test_fate_paused_before_the_text_is_held_with_its_text_ready(story, simulator):
    simulator.fault(mode="429")
    lead_id = story.texted()
    simulator.fault(mode="ok")
    story.switch("paused")
    due_now(story)

    send_text(lead_id)

    assert story.stands(lead_id) == ("ready", "held", False)
    assert story.lead(lead_id).reason == "the integration was paused before the text left"
    assert simulator.texts() == []


def test_text_is_not_held_by_a_pause_that_ended_meanwhile(story, simulator, monkeypatch):
    simulator.fault(mode="429")
    lead_id = story.texted()
    simulator.fault(mode="ok")
    story.switch("paused")
    due_now(story)

    def switch_on(session, integration_id):
        story.switch("active")
        return ask(session, integration_id)

    ask = claiming.switch_now
    monkeypatch.setattr(claiming, "switch_now", switch_on)
    send_text(lead_id)
    assert story.stands(lead_id) == ("ready", "texting", False)
    send_text(lead_id)

    assert len(simulator.texts()) == 1


def test_text_of_a_deleted_integration_is_canceled(story, simulator):
    simulator.fault(mode="429")
    lead_id = story.texted()
    story.delete_integration()
    due_now(story)

    send_text(lead_id)

    assert story.stands(lead_id) == ("canceled", "dropped", False)


def test_rule_25_suppressing_cancels_a_text_that_waits(story, simulator):
    simulator.fault(mode="429")
    lead_id = story.texted()
    simulator.fault(mode="ok")

    story.suppress()
    due_now(story)
    send_text(lead_id)

    assert story.stands(lead_id) == ("suppressed", "suppressed", False)
    assert story.timeline(lead_id) == ["text_canceled"]
    assert simulator.texts() == []


def test_rule_24_text_made_ready_while_its_number_was_suppressed_ends_so(story, simulator):
    simulator.fault(mode="429")
    lead_id = story.texted()
    simulator.fault(mode="ok")
    story.suppress()
    story.change("UPDATE deliveries SET status = 'ready', final_at = NULL")
    story.change("UPDATE leads SET status = 'texting'")
    due_now(story)

    send_text(lead_id)

    assert story.stands(lead_id) == ("suppressed", "suppressed", False)
    assert simulator.texts() == []


def test_text_to_a_number_with_another_under_way_waits_for_it(story, simulator):
    simulator.fault(mode="500")
    first = story.texted()
    simulator.fault(mode="ok")

    process_lead(second := story.another())

    assert story.delivery(first).status == DeliveryStatus.UNKNOWN
    waiting = story.delivery(second)
    assert waiting.status == DeliveryStatus.READY
    assert waiting.due_at > datetime.now(UTC) + timedelta(seconds=1)
    assert waiting.reason == "another text to this number is on its way"


def test_only_one_of_many_jobs_sends_a_text(story, simulator):
    simulator.fault(mode="429")
    lead_id = story.texted()
    simulator.fault(mode="ok")
    due_now(story)
    start = threading.Barrier(8)

    def send():
        start.wait()
        text_lead(story.lead(lead_id).id)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(simulator.texts()) == 1


def test_two_leads_of_one_number_never_have_two_texts_under_way(story, simulator):
    """Some rounds: the index catches what both claims have not seen."""
    simulator.fault(mode="429")
    leads = [story.texted()]
    process_lead(story.another())
    leads = [story.lead(lead_id).id for lead_id in (leads[0], _last(story))]

    for _ in range(40):
        story.change("UPDATE deliveries SET status = 'ready', due_at = now()")
        claimed = _claim_both(story, leads)
        assert len(claimed) == 1


def _last(story):
    return story.value("SELECT id FROM leads ORDER BY received_at DESC LIMIT 1")


def _claim_both(story, leads):
    start, claimed = threading.Barrier(2), []

    def take(lead_id):
        start.wait()
        with suppress(IntegrityError), transaction() as session:
            mine = claim(session, lead_id, story.account, probe=False)
            claimed.extend([mine] if mine else [])

    threads = [threading.Thread(target=take, args=(each,)) for each in leads]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return claimed


def test_claim_that_meets_another_one_under_way_gives_way(story, simulator):
    """What is not committed cannot be seen: the index makes the second claim wait."""
    simulator.fault(mode="429")
    first = story.texted()
    process_lead(second := story.another())
    simulator.fault(mode="ok")
    due_now(story)

    with ThreadPoolExecutor(1) as other:
        with transaction() as session:
            assert claim(session, story.lead(first).id, story.account, probe=False)
            sending = other.submit(send_text, second)
            eventually(
                lambda: story.value("SELECT count(*) FROM pg_locks WHERE NOT granted") == 1
            )
        sending.result()

    assert simulator.texts() == []
    assert story.delivery(second).reason == "another text to this number is on its way"


def test_text_whose_hindrance_is_over_meanwhile_is_left_to_the_next_ring(
    story, simulator, monkeypatch
):
    simulator.fault(mode="429")
    lead_id = story.texted()
    simulator.fault(mode="ok")
    due_now(story)
    with monkeypatch.context() as patch:
        patch.setattr("models.claiming.claim", lambda *_, **__: None)
        send_text(lead_id)
    assert story.stands(lead_id) == ("ready", "texting", False)

    send_text(lead_id)

    assert len(simulator.texts()) == 1


def test_f28_nothing_goes_out_after_a_suppression_has_been_settled(story, simulator):
    """Sixty races of a send and a suppression, each of a number of its own."""
    late = []
    for turn in range(60):
        phone = f"+1{202 + turn // 30 * 10}55501{turn % 30:02d}"  # area codes 202 and 212
        lead_id = story.post(phone=phone)
        start = threading.Barrier(2)

        def send(lead_id=lead_id, start=start):
            start.wait()
            process_lead(lead_id)

        sending = threading.Thread(target=send)
        sending.start()
        start.wait()
        settled = _suppress_and_settle(story, phone)
        sending.join()
        texts = simulator.texts(phone)
        late += [text for text in texts if text["accepted_at"] > settled]

        assert len(texts) <= 1
        assert story.lead(lead_id).status in {"suppressed", "texting"}

    assert late == []


def _suppress_and_settle(story, phone):
    story.suppress(phone=phone)
    while True:
        with transaction() as session:
            if not Delivery.in_flight(session, story.account, phone):
                return datetime.now(UTC).isoformat(timespec="microseconds")


def test_no_transaction_is_open_while_twilio_is_asked(story, simulator, monkeypatch):
    ask, open_meanwhile = twilio.create, []

    def create(**given):
        open_meanwhile.append(
            story.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
            )
        )
        return ask(**given)

    monkeypatch.setattr(twilio, "create", create)
    story.texted()

    assert open_meanwhile == [0]


@pytest.mark.parametrize(("left", "seconds"), [(120, 120), (72_000, 36_000)])
def test_text_is_valid_until_the_end_of_its_window(
    story, simulator, monkeypatch, left, seconds
):
    simulator.fault(mode="429")
    lead_id = story.texted()
    story.change(
        "UPDATE deliveries SET valid_until = now() + make_interval(secs => :s)", s=left
    )
    given = []
    monkeypatch.setattr(
        twilio, "create", lambda **kwargs: given.append(kwargs) or TwilioText("SM1", "queued")
    )
    due_now(story)

    send_text(lead_id)

    assert seconds - 2 <= given[0]["validity_seconds"] <= seconds


def test_receipt_that_was_faster_than_the_answer_stands(story, simulator, monkeypatch):
    ask = twilio.create

    def create(**given):
        text = ask(**given)
        story.receipt(str(lead_id), "delivered", sid=text.sid)
        return text

    lead_id = story.post()
    monkeypatch.setattr(twilio, "create", create)
    process_lead(lead_id)

    assert story.stands(lead_id) == ("delivered", "joined", True)
    assert "texted_twice" not in story.timeline(lead_id)


def test_answer_to_a_call_that_was_given_up_is_evidence(story, simulator, monkeypatch):
    ask = twilio.create

    def create(**given):
        text = ask(**given)
        story.change(
            "UPDATE deliveries SET status = 'ready', attempt_token = NULL, unknowns = 1"
        )
        return text

    lead_id = story.post()
    monkeypatch.setattr(twilio, "create", create)
    process_lead(lead_id)
    monkeypatch.undo()
    due_now(story)
    send_text(lead_id)

    [sent] = simulator.texts()
    assert story.delivery(lead_id).sid == sent["sid"]
    assert story.stands(lead_id) == ("sent", "texting", False)


def test_second_text_is_not_unseen(story, simulator, monkeypatch, caplog):
    def create(**_):
        story.receipt(str(lead_id), "sent", sid="SM" + "a" * 32)
        return TwilioText("SM" + "b" * 32, "queued")

    lead_id = story.post()
    monkeypatch.setattr(twilio, "create", create)
    with caplog.at_level(logging.ERROR):
        process_lead(lead_id)

    assert "was texted twice" in caplog.text
    assert story.timeline(lead_id).count("texted_twice") == 1
    assert story.delivery(lead_id).sid == "SM" + "a" * 32


def test_accepted_without_an_id_after_a_receipt_changes_nothing(story, simulator, monkeypatch):
    def create(**_):
        story.receipt(str(lead_id), "delivered", sid="SM" + "a" * 32)
        return TwilioText(None, "accepted")

    lead_id = story.post()
    monkeypatch.setattr(twilio, "create", create)
    process_lead(lead_id)

    assert story.stands(lead_id) == ("delivered", "joined", True)


@pytest.mark.parametrize(
    "outcome",
    [
        twilio.Refused(21614, "landline"),
        twilio.Refused(21211, "invalid"),
        twilio.Refused(21610, "unsubscribed"),
        twilio.NotSent("429"),
        twilio.MaybeSent("500"),
        twilio.Halted(20003, "401", whole_account=True),
    ],
    ids=lambda outcome: type(outcome).__name__ + str(getattr(outcome, "code", "")),
)
def test_outcome_that_comes_after_a_final_receipt_changes_nothing(
    story, simulator, monkeypatch, outcome
):
    def create(**_):
        story.receipt(str(lead_id), "delivered", sid="SM" + "a" * 32)
        raise outcome

    lead_id = story.post()
    monkeypatch.setattr(twilio, "create", create)
    process_lead(lead_id)

    text, lead, _ = story.stands(lead_id)
    assert (text, lead) == ("delivered", "joined")
