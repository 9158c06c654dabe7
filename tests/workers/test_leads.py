"""The life of one lead from its acceptance to its text, one branch a test."""

from uuid import UUID

import pytest

from models import Delivery, LeadStatus, Lookup, SuppressionKind, transaction
from models.lead_steps import claim
from tests.story import BODY, OURS, PHONE
from workers import leads
from workers.leads import process_lead, send_text


def test_rule_10_lead_is_texted_once_however_often_its_job_runs(story, simulator):
    lead_id = story.post()

    for _ in range(3):
        process_lead(lead_id)
        send_text(lead_id)

    [sent] = simulator.texts()
    assert (sent["to"], sent["from"], sent["body"]) == (PHONE, OURS, BODY)
    assert story.delivery(lead_id).sid == sent["sid"]
    assert story.stands(lead_id) == (
        "sent",
        "texting",
        False,
    )  # rule 13: not before its receipt


def test_rule_10_text_is_sent_from_another_approved_number_when_its_own_is_gone(
    story, simulator
):
    story.change("UPDATE phone_numbers SET status = 'rejected'")
    story.change(
        "INSERT INTO phone_numbers (id, account_id, number, status)"
        " VALUES (gen_random_uuid(), :account, '+12025550101', 'approved')",
        account=story.account,
    )

    story.texted()

    assert [text["from"] for text in simulator.texts()] == ["+12025550101"]


def test_lead_that_nobody_knows_is_no_ones_job(story, simulator):
    process_lead("00000000-0000-4000-8000-000000000000")
    send_text("00000000-0000-4000-8000-000000000000")

    assert simulator.calls() == []


def test_lead_that_another_job_has_claimed_is_left_to_it(story, simulator):
    lead_id = story.post()
    story.change("UPDATE leads SET lease_until = now() + interval '30 seconds'")

    process_lead(lead_id)

    assert story.lead(lead_id).status == LeadStatus.RECEIVED
    assert simulator.texts() == []


def test_lead_of_a_worker_that_died_is_processed_when_its_lease_is_over(story, simulator):
    lead_id = story.post()
    story.change("UPDATE leads SET claims = 1, lease_until = now() - interval '1 second'")

    process_lead(lead_id)

    assert len(simulator.texts()) == 1


@pytest.fixture
def during_look_up(story, monkeypatch):
    """Have something happen while a lead, claimed by its job, is looked up."""

    def during_look_up(happens):
        story.change("UPDATE integrations SET lookup = true")

        def line_type(_phone):
            monkeypatch.setattr("workers.twilio.line_type", lambda _phone: "mobile")
            happens()
            return "mobile"

        monkeypatch.setattr("workers.twilio.line_type", line_type)

    return during_look_up


def test_decision_person_wiped_while_her_lead_is_processed_is_neither_texted_nor_kept(
    story, simulator, during_look_up, api
):
    story.delivered()
    later, known = story.another(), story.contact().id
    during_look_up(lambda: api.delete(f"/contacts/{known}?wipe=true"))

    process_lead(later)

    lead = story.lead(later)
    assert (lead.status, lead.reason) == (LeadStatus.DROPPED, "the person was wiped")
    assert story.value("SELECT count(*) FROM contacts WHERE deleted_at IS NULL") == 0
    assert len(simulator.texts()) == 1


def over_the_lease(story):
    story.change("UPDATE leads SET lease_until = now() - interval '1 second'")


def test_job_that_was_stopped_leaves_a_lead_where_another_has_brought_it(
    story, simulator, during_look_up
):
    lead_id = story.post()

    def another_job():
        over_the_lease(story)
        process_lead(lead_id)
        story.receipt(lead_id, "delivered")

    during_look_up(another_job)
    process_lead(lead_id)

    assert story.stands(lead_id) == ("delivered", "joined", True)
    assert story.timeline(lead_id) == ["texted", "joined"]
    assert len(simulator.texts()) == 1


def test_job_that_was_stopped_leaves_a_lead_to_the_one_that_has_it_now(
    story, simulator, during_look_up
):
    lead_id = story.post()

    def claimed_again():
        over_the_lease(story)
        claim(UUID(lead_id))

    during_look_up(claimed_again)
    process_lead(lead_id)

    assert (story.lead(lead_id).status, story.lead(lead_id).claims) == ("received", 2)
    assert simulator.texts() == []


def test_lead_that_kills_its_worker_five_times_is_put_aside(story, simulator):
    lead_id = story.post()
    story.change("UPDATE leads SET claims = 5")

    process_lead(lead_id)

    assert story.lead(lead_id).status == LeadStatus.NEEDS_ATTENTION
    assert story.lead(lead_id).reason == "its processing failed five times"
    assert story.timeline(lead_id) == ["needs_attention"]
    assert simulator.texts() == []


@pytest.mark.parametrize("kind", SuppressionKind)
def test_rule_24_suppressed_number_is_never_texted(story, simulator, kind):
    story.suppress(kind)

    lead_id = story.texted()

    assert story.lead(lead_id).status == LeadStatus.SUPPRESSED
    assert story.contact().queued_at is None
    assert story.contact().suppressed
    assert simulator.texts() == []


def test_catalog_68_number_suppressed_between_acceptance_and_job_is_not_texted(
    story, simulator
):
    lead_id = story.post()
    story.suppress()

    process_lead(lead_id)

    assert story.lead(lead_id).status == LeadStatus.SUPPRESSED
    assert simulator.texts() == []


def test_decision_suppression_comes_before_the_switch(story, simulator):
    lead_id = story.post()
    story.suppress()
    story.switch("paused")

    process_lead(lead_id)

    assert story.lead(lead_id).status == LeadStatus.SUPPRESSED


def test_decision_lead_of_an_integration_paused_meanwhile_is_held(story, simulator):
    lead_id = story.post()
    story.switch("paused")

    process_lead(lead_id)

    lead = story.lead(lead_id)
    assert (lead.status, lead.reason) == (LeadStatus.HELD, "the integration is paused")
    assert lead.held_at is not None
    assert simulator.texts() == []


def test_decision_lead_of_an_integration_deleted_meanwhile_is_dropped(story, simulator):
    lead_id = story.post()
    story.delete_integration()

    process_lead(lead_id)

    lead = story.lead(lead_id)
    assert (lead.status, lead.reason) == (LeadStatus.DROPPED, "integration deleted")
    assert simulator.texts() == []


def test_decision_lead_accepted_before_a_new_url_is_processed_normally(story, simulator):
    lead_id = story.post()
    story.change("UPDATE endpoint_tokens SET retired_at = now()")

    process_lead(lead_id)

    assert len(simulator.texts()) == 1


def test_lead_is_held_while_no_number_may_carry_its_text(story, simulator):
    lead_id = story.post()
    story.change("UPDATE phone_numbers SET status = 'rejected'")

    process_lead(lead_id)

    lead = story.lead(lead_id)
    assert (lead.status, lead.reason) == (LeadStatus.HELD, "no approved messaging number")


@pytest.mark.parametrize("switched", ["before", "after"])
def test_lead_is_not_held_by_a_pause_that_ended_before_it_was_decided(
    story, simulator, monkeypatch, switched
):
    lead_id = story.post()
    story.switch("paused")
    decide = leads._decide  # noqa: SLF001  (the moment between claim and decision)

    def decide_late(*given):
        if switched == "before":
            story.switch("active")
        return decide(*given)

    monkeypatch.setattr(leads, "_decide", decide_late)
    process_lead(lead_id)

    is_on = switched == "before"
    assert len(simulator.texts()) == int(is_on)
    assert (story.lead(lead_id).status == LeadStatus.HELD) == (not is_on)


def test_rule_14_landline_by_look_up_joins_marked_and_untexted(story, simulator):
    story.change("UPDATE integrations SET lookup = true")

    lead_id = story.texted(phone="+1 202 555 0009")

    contact = story.contact("+12025550009")
    assert story.lead(lead_id).status == LeadStatus.LANDLINE
    assert contact.landline
    assert contact.queued_at is not None
    assert simulator.texts() == []
    with transaction() as session:
        assert session.get(Delivery, lead_id) is None
        assert session.get(Lookup, "+12025550009").line_type == "landline"


def test_rule_14_what_a_look_up_said_counts_for_90_days(story, simulator):
    story.change("UPDATE integrations SET lookup = true")
    story.texted()

    process_lead(story.another())
    story.change("UPDATE lookups SET looked_up_at = now() - interval '91 days'")
    process_lead(story.another())

    asked = [call for call in simulator.calls() if "PhoneNumbers" in call["path"]]
    assert len(asked) == 2


def test_rule_14_failing_look_up_counts_as_unknown_and_the_text_goes(story, simulator):
    story.change("UPDATE integrations SET lookup = true")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workers.twilio.line_type", lambda phone: None)
        lead_id = story.texted()

    assert len(simulator.texts()) == 1
    assert story.value("SELECT count(*) FROM lookups") == 0
    assert story.delivery(lead_id).status == "sent"


def test_rule_14_known_landline_is_not_texted_whatever_the_look_up_says(story, simulator):
    story.delivered()
    story.change("UPDATE contacts SET landline = true")

    process_lead(later := story.another())

    assert story.lead(later).status == LeadStatus.LANDLINE
    assert len(simulator.texts()) == 1


def test_decision_person_in_a_group_texted_within_the_window_is_not_texted_again(
    story, simulator
):
    story.delivered()
    story.move_to_group()

    process_lead(later := story.another(first_name="Janet"))

    assert story.lead(later).status == LeadStatus.JOINED
    assert story.contact().queued_at is None
    assert story.contact().first_name == "Jane"  # the first names stay
    assert story.timeline(later) == ["joined"]
    assert len(simulator.texts()) == 1


def test_decision_person_in_a_group_is_texted_again_after_the_window_and_stays_there(
    story, simulator
):
    story.delivered()
    story.move_to_group()
    story.change("UPDATE deliveries SET accepted_at = now() - interval '25 hours'")

    process_lead(later := story.another())
    story.receipt(later, "delivered")

    assert story.stands(later) == ("delivered", "joined", False)
    assert len(simulator.texts()) == 2


def test_decision_deleted_person_comes_back_as_new(story, simulator):
    first = story.delivered()
    story.change(
        "UPDATE contacts SET deleted_at = now(), queued_at = NULL, queue_lead_id = NULL"
    )

    again = story.texted(first_name="Janet")
    story.receipt(again, "delivered")

    assert again != first
    assert story.contact().first_name == "Janet"
    assert story.stands(again) == ("delivered", "joined", True)


def test_rule_11_names_arrive_as_plain_text(story, simulator):
    story.texted(first_name="{brand}{{7*7}}%s", last_name="Doe")

    [sent] = simulator.texts()
    assert "49" not in sent["body"]
    assert sent["body"].startswith("Example Co: hi ")
    assert sent["body"].count("Example Co") == 1
