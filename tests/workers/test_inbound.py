"""What people text back: START lifts their own stop, and texts that were missed are found."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests

from models import SuppressionKind, autocommit
from tests.story import OURS, PHONE
from workers import twilio
from workers.catch_up import inbound_texts
from workers.inbound import follow_text
from workers.spool import Entry
from workers.told import store_told
from workers.twilio import TwilioUnavailable


@pytest.fixture(autouse=True)
def nothing_looked_at(monkeypatch):
    monkeypatch.setattr("workers.catch_up._looked_at", {})


@pytest.fixture
def rung(monkeypatch):
    """Collect what catch_up rings for, and do it when asked."""
    jobs = []
    monkeypatch.setattr("workers.catch_up.ring", jobs.extend)
    return jobs


def catch_up():
    with autocommit() as connection:
        return inbound_texts(connection)


def follow(story):
    """Do the jobs of all inbound texts, in any order and more than once."""
    ids = story.value("SELECT array_agg(id::text ORDER BY at DESC) FROM texts") or []
    for text_id in [*ids, *ids]:
        follow_text(text_id)


def kinds(story):
    return {each.kind for each in story.suppressions() if each.lifted_at is None}


def later(story, seconds):
    """Let some time have passed since everything that was said and done so far."""
    story.change("UPDATE texts SET at = at - make_interval(secs => :n)", n=seconds)
    story.change(
        "UPDATE suppressions SET created_at = created_at - make_interval(secs => :n)",
        n=seconds,
    )


def missed(simulator, body, phone=PHONE):
    """Have a person text while nobody of ours hears it."""
    text = {"from": phone, "to": OURS, "body": body}
    requests.post(f"{simulator.url}/_sim/inbound", json=text, timeout=10).raise_for_status()


@pytest.mark.parametrize("word", ["START", "unstop", "Start!"])
def test_rule_23_start_lifts_the_person_s_own_stop(story, word):
    story.says("STOP", sid="SM1")
    later(story, 60)

    story.says(word, sid="SM2")
    follow(story)

    assert kinds(story) == set()
    assert story.suppressions()[0].lifted_by == "the person"


@pytest.mark.parametrize("word", ["YES", "Yes please", "HELP", "start the car"])
def test_rule_23_nothing_else_lifts_it(story, word):
    story.says("STOP", sid="SM1")
    later(story, 60)

    story.says(word, sid="SM2")
    follow(story)

    assert kinds(story) == {SuppressionKind.OPTED_OUT}


def test_rule_23_start_lifts_what_came_from_21610_and_no_other_word_of_the_carrier(story):
    story.suppress(SuppressionKind.CARRIER, error_code=21610)
    story.says("START", sid="SM1")
    follow(story)
    assert kinds(story) == set()

    story.suppress(SuppressionKind.CARRIER, error_code=30004)
    story.says("START", sid="SM2")
    follow(story)

    assert kinds(story) == {SuppressionKind.CARRIER}


@pytest.mark.parametrize("kind", [SuppressionKind.DNC, SuppressionKind.COMPLIANCE])
def test_rule_23_start_never_lifts_what_others_put_there(story, kind):
    story.suppress(kind)

    story.says("START")
    follow(story)

    assert kinds(story) == {kind}


def test_rule_26_start_puts_nobody_back_into_the_opt_in_queue(story, simulator):
    story.delivered()
    story.says("STOP", sid="SM1")
    later(story, 60)

    story.says("START", sid="SM2")
    follow(story)

    assert not story.contact().suppressed
    assert story.contact().queued_at is None


def test_stop_after_start_stands_though_start_s_job_runs_late(story):
    for number, word in enumerate(("STOP", "START", "STOP")):
        story.says(word, sid=f"SM{number}")
        later(story, 60)

    follow(story)

    assert kinds(story) == {SuppressionKind.OPTED_OUT}


def test_stop_noted_by_staff_after_start_stands(story):
    story.says("START")
    later(story, 60)
    story.suppress(SuppressionKind.OPTED_OUT)

    follow(story)

    assert kinds(story) == {SuppressionKind.OPTED_OUT}


def test_text_that_nobody_knows_is_followed_by_nothing(story):
    story.suppress()

    follow_text("00000000-0000-4000-8000-000000000000")

    assert kinds(story) == {SuppressionKind.DNC}


def test_texts_missed_in_an_outage_are_found_and_their_stops_honored(story, simulator, rung):
    story.texted()
    missed(simulator, "STOP")
    missed(simulator, "Who is this?", phone="+12025550143")

    found = catch_up(), catch_up()

    assert found == (2, 0)
    assert kinds(story) == {SuppressionKind.OPTED_OUT}
    assert story.value("SELECT count(*) FROM texts") == 2


def test_stop_is_found_though_a_later_text_was_heard_after_the_outage(story, simulator, rung):
    missed(simulator, "STOP")
    story.says("Are you there?", phone="+12025550143")
    story.change("UPDATE texts SET at = now() + interval '20 minutes'")

    catch_up()

    assert kinds(story) == {SuppressionKind.OPTED_OUT}


def test_outage_of_twilio_s_list_is_made_up_for(story, simulator, rung, monkeypatch):
    catch_up()
    missed(simulator, "STOP")
    with monkeypatch.context() as patch:
        patch.setattr(twilio, "list_inbound", _unavailable)
        assert catch_up() == 0

    assert catch_up() == 1


def _unavailable(*_):
    raise TwilioUnavailable("away")


@pytest.mark.parametrize(
    ("said", "left"),
    [(("STOP", "START"), set()), (("START", "STOP"), {SuppressionKind.OPTED_OUT})],
    ids=" then ".join,
)
def test_missed_texts_are_followed_in_the_order_they_were_sent(
    story, simulator, rung, said, left, monkeypatch
):
    for word in said:
        missed(simulator, word)
    apart(monkeypatch)
    catch_up()
    follow(story)

    assert kinds(story) == left


def apart(monkeypatch):
    """Have Twilio's list show a minute between each text and the next."""
    ask = twilio.list_inbound

    def a_minute_apart(*given):
        listed = ask(*given)
        return [(_sent_earlier(text, n), phone) for n, (text, phone) in enumerate(listed)]

    monkeypatch.setattr(twilio, "list_inbound", a_minute_apart)


def _sent_earlier(text, minutes):
    return replace(text, created_at=text.created_at - timedelta(minutes=minutes))


def test_rule_23_stop_after_a_start_that_reached_us_late_stands(
    story, simulator, rung, monkeypatch
):
    """By Twilio the STOP came a minute after the START; by us the START was heard after it."""
    missed(simulator, "START")
    missed(simulator, "STOP")
    apart(monkeypatch)
    [heard] = [
        text for text, _ in twilio.list_inbound(OURS, _long_ago()) if text.body == "START"
    ]
    story.says("START", sid=heard.sid)
    follow(story)

    catch_up()
    for job in rung:
        follow_text(*job.args)

    assert kinds(story) == {SuppressionKind.OPTED_OUT}


def test_start_that_was_heard_stands_against_an_earlier_stop_that_is_found_later(
    story, simulator, rung, monkeypatch
):
    missed(simulator, "STOP")
    missed(simulator, "START")
    apart(monkeypatch)
    [heard] = [
        text for text, _ in twilio.list_inbound(OURS, _long_ago()) if text.body == "START"
    ]
    story.says("START", sid=heard.sid)

    catch_up()
    for job in rung:
        follow_text(*job.args)

    assert kinds(story) == set()


def _long_ago():
    return datetime.now(UTC) - timedelta(hours=1)


def test_of_a_stop_and_a_start_in_one_second_by_twilio_the_stop_counts(
    story, simulator, rung, monkeypatch
):
    for word in ("STOP", "START"):
        missed(simulator, word)
    listed = twilio.list_inbound(OURS, _long_ago())
    same = [(replace(text, created_at=listed[-1][0].created_at), who) for text, who in listed]
    monkeypatch.setattr(twilio, "list_inbound", lambda *_: same)
    [heard] = [text for text, _ in same if text.body == "START"]
    story.says("START", sid=heard.sid)

    catch_up()
    follow(story)

    assert kinds(story) == {SuppressionKind.OPTED_OUT}


def test_start_whose_ring_was_lost_is_rung_for_again(story, simulator, rung):
    story.says("STOP", sid="SM1")
    later(story, 60)
    missed(simulator, "START")
    [(heard, _)] = twilio.list_inbound(OURS, _long_ago())
    story.says("START", sid=heard.sid)

    assert catch_up() == 0
    for job in rung:
        follow_text(*job.args)

    assert kinds(story) == set()


def test_text_to_a_number_that_was_deleted_lately_is_found(story, simulator, rung):
    story.change("UPDATE phone_numbers SET deleted_at = now()")
    missed(simulator, "STOP")

    catch_up()

    assert kinds(story) == {SuppressionKind.OPTED_OUT}


def test_start_kept_through_an_outage_does_not_undo_a_later_stop(story):
    """PostgreSQL is back, a STOP is heard at once, and only then is the spool drained."""
    fields = {"sid": "SM1", "phone": PHONE, "our_number": OURS, "body": "START"}
    told = {"kind": "text", "told": fields | {"raw": {}, "request_id": "a-request"}}
    a_minute_ago = time.time() - 60
    story.says("STOP", sid="SM2")

    [job] = store_told(Entry("0-1", a_minute_ago, 0, told))
    follow_text(*job.args)

    assert kinds(story) == {SuppressionKind.OPTED_OUT}
