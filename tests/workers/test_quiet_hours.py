"""Quiet hours on the way of a lead: put off, with the reason, and never sent outside.

Nobody waits for morning here: the form's time zone is one where it is the hour that a test
needs, and a row's times are set where hours have to pass.
"""

import re
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from models import transaction, windows
from models.claiming import claim_or_wait
from senders.places import Evidence
from senders.quiet_hours import Window, window
from tests.story import PHONE
from workers import sms
from workers.admin import run_job
from workers.leads import process_lead, send_text
from workers.twilio import NotSent

NIGHT, NOON = 2, 13
A_MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def without_backoff(monkeypatch):
    monkeypatch.setattr("workers.sms._create.retry.sleep", lambda seconds: None)


@pytest.fixture
def deferring(story):
    """A story whose integration waits for the permitted hours."""
    story.change("UPDATE integrations SET quiet_hours = 'defer'")
    return story


def where_it_is(hour):
    """Return a time zone in which it is this hour now, and stays it for the test."""
    soon = datetime.now(UTC) + 2 * A_MINUTE
    zones = (zone for zone in sorted(available_timezones()) if re.match("[A-Z][a-z]+/", zone))
    return next(
        zone
        for zone in zones
        if not zone.startswith("Etc/") and soon.astimezone(ZoneInfo(zone)).hour == hour
    )


def found(zone):
    return window(datetime.now(UTC), Evidence(PHONE, time_zone=zone))


def told(story, lead_id, kind):
    return story.value(
        "SELECT text FROM timeline WHERE lead_id = :lead_id AND kind = :kind"
        " ORDER BY id DESC LIMIT 1",
        lead_id=lead_id,
        kind=kind,
    )


def move_to(story, hour):
    """Have the hour of the day change at the person's place."""
    story.change(
        "UPDATE leads SET extra = jsonb_build_object('time_zone', CAST(:zone AS text))",
        zone=where_it_is(hour),
    )


def due_now(story):
    story.change("UPDATE deliveries SET due_at = now() - interval '2 seconds'")


def test_by_default_the_text_goes_at_once_whatever_the_hour(story, simulator):
    lead_id = story.texted(time_zone=where_it_is(NIGHT))

    assert len(simulator.texts()) == 1
    assert story.delivery(lead_id).valid_until is None
    assert story.timeline(lead_id) == ["texted"]


def test_text_of_the_night_is_put_off_until_the_window_opens(deferring, simulator):
    zone = where_it_is(NIGHT)

    lead_id = deferring.texted(time_zone=zone)

    opens_at, closes_at = found(zone).opens_at, found(zone).closes_at
    delivery = deferring.delivery(lead_id)
    assert simulator.calls() == []
    assert deferring.stands(lead_id) == ("ready", "texting", False)
    assert opens_at <= delivery.due_at <= opens_at + A_MINUTE
    assert delivery.valid_until == closes_at - windows.LAST_CALL


def test_deferred_lead_says_why_and_until_when(deferring, simulator, api):
    zone = where_it_is(NIGHT)

    lead_id = deferring.texted(time_zone=zone)

    reason = (
        "quiet hours: 8:00 to 21:00 in Washington, D.C."
        f" (by area code 202 and the form's time zone {zone});"
        f" due {found(zone).opens_at:%H:%M %Z}"
    )
    shown = api.get(f"/leads/{lead_id}").json
    due_at = datetime.fromisoformat(shown["due_at"])
    assert (shown["status"], shown["reason"]) == ("texting", reason)
    assert due_at == deferring.delivery(lead_id).due_at
    assert [entry["text"] for entry in shown["timeline"][1:]] == [f"Deferred: {reason}."]


def test_text_of_the_day_goes_at_once_and_ends_with_the_window(
    deferring, simulator, monkeypatch
):
    zone = where_it_is(NOON)
    given = []
    ask = sms.twilio.create
    monkeypatch.setattr(sms.twilio, "create", lambda **told: given.append(told) or ask(**told))

    lead_id = deferring.texted(time_zone=zone)

    left = (found(zone).closes_at - datetime.now(UTC)).total_seconds()
    assert len(simulator.texts()) == 1
    assert left - 60 < given[0]["validity_seconds"] <= left
    assert deferring.timeline(lead_id) == ["in_window", "texted"]
    assert told(deferring, lead_id, "in_window") == f"May be texted now: {found(zone).rule}."


def test_deferred_text_goes_when_its_time_has_come_and_the_reason_with_it(deferring, simulator):
    lead_id = deferring.texted(time_zone=where_it_is(NIGHT))
    move_to(deferring, NOON)
    due_now(deferring)

    send_text(lead_id)
    deferring.receipt(lead_id, "delivered")

    assert len(simulator.texts()) == 1
    assert deferring.lead(lead_id).reason is None
    assert deferring.timeline(lead_id) == ["deferred", "texted", "joined"]


def test_deferred_text_is_left_alone_before_its_time(deferring, simulator):
    lead_id = deferring.texted(time_zone=where_it_is(NIGHT))
    before = deferring.delivery(lead_id).due_at

    send_text(lead_id)
    process_lead(lead_id)

    assert simulator.calls() == []
    assert deferring.delivery(lead_id).due_at == before
    assert deferring.timeline(lead_id) == ["deferred"]


def test_text_whose_window_closed_while_no_worker_ran_is_put_off_again(deferring, simulator):
    zone = where_it_is(NIGHT)
    lead_id = deferring.texted(time_zone=zone)
    deferring.change(
        "UPDATE deliveries SET due_at = now() - interval '14 hours',"
        " valid_until = now() - interval '1 hour'"
    )

    send_text(lead_id)

    assert simulator.calls() == []
    assert deferring.delivery(lead_id).due_at >= found(zone).opens_at
    assert deferring.stands(lead_id) == ("ready", "texting", False)
    assert deferring.timeline(lead_id) == ["deferred", "deferred"]


def test_text_whose_window_closed_goes_in_the_one_that_is_open_now(deferring, simulator):
    lead_id = deferring.texted(time_zone=where_it_is(NIGHT))
    move_to(deferring, NOON)
    deferring.change(
        "UPDATE deliveries SET due_at = now() - interval '20 hours',"
        " valid_until = now() - interval '7 hours'"
    )

    send_text(lead_id)

    assert len(simulator.texts()) == 1


def test_text_that_twilio_did_not_take_is_not_tried_again_at_night(deferring, simulator):
    simulator.fault(mode="429")
    lead_id = deferring.texted(time_zone=where_it_is(NOON))
    simulator.fault(mode="ok")
    asked = len(simulator.calls())
    move_to(deferring, NIGHT)
    deferring.change(
        "UPDATE deliveries SET due_at = now(), valid_until = now() - interval '1 second'"
    )

    send_text(lead_id)

    assert len(simulator.calls()) == asked
    assert deferring.lead(lead_id).reason.startswith("quiet hours: ")


def test_call_is_not_made_when_the_window_closed_after_the_claim(deferring, simulator):
    lead_id = deferring.texted(time_zone=where_it_is(NIGHT))
    move_to(deferring, NOON)
    due_now(deferring)
    with transaction() as session:
        mine = claim_or_wait(session, lead_id)
    late = type(mine)(
        **{**mine.__dict__, "valid_until": datetime.now(UTC) - timedelta(seconds=1)}
    )

    with pytest.raises(NotSent, match="are over"):
        sms._create(late, time.monotonic())  # noqa: SLF001  (the moment between claim and call)

    assert simulator.calls() == []


def test_window_that_is_all_but_over_is_not_used(deferring, simulator, monkeypatch):
    def nearly_over(now, evidence):
        if now == closing:
            return Window(False, now + 12 * timedelta(hours=1), now + timedelta(days=1), "rule")
        return Window(True, now - timedelta(hours=13), closing, "rule")

    closing = datetime.now(UTC) + timedelta(seconds=20)
    monkeypatch.setattr(windows, "window", nearly_over)

    lead_id = deferring.texted()

    assert simulator.calls() == []
    assert deferring.delivery(lead_id).due_at >= closing + timedelta(hours=12)


def test_places_without_a_common_hour_leave_the_lead_to_an_operator(deferring, simulator):
    lead_id = deferring.texted(state="RI", zip="96939")  # Palau is thirteen hours off

    lead = deferring.lead(lead_id)
    assert (lead.status, lead.reason) == (
        "held",
        "no hour is permitted at every place the person may be",
    )
    assert simulator.calls() == []


def test_lead_without_a_permitted_hour_cannot_be_retried_as_long_as_hours_are_kept(
    deferring, simulator, api
):
    lead_id = deferring.texted(state="RI", zip="96939")

    answer = api.post(f"/leads/{lead_id}/retry")

    assert (answer.status_code, answer.json["code"]) == (409, "no-permitted-hour")
    assert deferring.lead(lead_id).status == "held"
    assert deferring.timeline(lead_id) == ["held"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE integrations SET quiet_hours = 'off'",
        """UPDATE leads SET extra = '{"state": "RI"}'""",
    ],
    ids=["hours are kept no longer", "an hour is permitted since"],
)
def test_lead_without_a_permitted_hour_is_retried_once_that_is_no_hindrance(
    deferring, simulator, api, statement
):
    lead_id = deferring.texted(state="RI", zip="96939")
    deferring.change(statement)

    run_job(api.post(f"/leads/{lead_id}/retry").json["job"]["id"])
    send_text(lead_id)

    assert deferring.lead(lead_id).status == "texting"
    assert deferring.timeline(lead_id)[:2] == ["held", "retried"]


def test_lead_without_a_permitted_hour_can_be_discarded(deferring, simulator, api):
    lead_id = deferring.texted(state="RI", zip="96939")

    run_job(api.post(f"/leads/{lead_id}/discard").json["job"]["id"])

    assert deferring.stands(lead_id) == ("canceled", "dropped", False)


def test_switching_deferral_off_lets_a_late_text_go_without_an_end(deferring, simulator):
    lead_id = deferring.texted(time_zone=where_it_is(NIGHT))
    deferring.change("UPDATE integrations SET quiet_hours = 'off'")
    deferring.change(
        "UPDATE deliveries SET due_at = now(), valid_until = now() - interval '1 hour'"
    )

    send_text(lead_id)

    assert len(simulator.texts()) == 1


def test_switching_deferral_on_puts_off_a_text_that_already_waited(story, simulator):
    simulator.fault(mode="429")
    lead_id = story.texted(time_zone=where_it_is(NIGHT))
    simulator.fault(mode="ok")
    asked = len(simulator.calls())
    story.change("UPDATE integrations SET quiet_hours = 'defer'")
    due_now(story)

    send_text(lead_id)

    assert len(simulator.calls()) == asked
    assert story.timeline(lead_id) == ["deferred"]


def test_rule_24_person_suppressed_in_the_night_is_not_texted_in_the_morning(
    deferring, simulator
):
    lead_id = deferring.texted(time_zone=where_it_is(NIGHT))
    deferring.suppress()
    due_now(deferring)

    send_text(lead_id)

    assert deferring.stands(lead_id) == ("suppressed", "suppressed", False)
    assert simulator.calls() == []


def test_deferred_text_does_not_use_up_the_turn_of_an_open_circuit(deferring, simulator):
    simulator.fault(mode="401")
    first = deferring.texted(time_zone=where_it_is(NOON))
    simulator.fault(mode="ok")
    deferring.change("UPDATE circuits SET probe_at = now()")

    deferring.texted(phone="+1 202 555 0143", time_zone=where_it_is(NIGHT))
    due_now(deferring)
    send_text(first)

    assert [text["to"] for text in simulator.texts()] == [PHONE]


def test_pause_in_the_night_holds_the_lead_and_the_switch_finds_the_window_again(
    deferring, simulator
):
    lead_id = deferring.texted(time_zone=where_it_is(NIGHT))
    deferring.switch("paused")
    deferring.change("UPDATE deliveries SET valid_until = now() - interval '1 hour'")
    due_now(deferring)

    send_text(lead_id)
    held = deferring.lead(lead_id).status
    deferring.switch("active")
    deferring.change("UPDATE leads SET status = 'texting'")
    deferring.change("UPDATE deliveries SET due_at = now(), valid_until = NULL")
    send_text(lead_id)

    assert held == "held"
    assert simulator.calls() == []
    assert deferring.timeline(lead_id) == ["deferred", "held", "deferred"]
