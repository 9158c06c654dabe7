"""The accept call: what the database decides about a lead, under its locks, in one go."""

import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from uuid import UUID

import pytest
from sqlalchemy import text

from models.accept import (
    DatabaseAway,
    Endpoint,
    EndpointMemory,
    UrlBusy,
    Verdict,
    accept_lead,
    first_sight,
    look_at,
    reject,
)
from models.budget import BUDGET_SECONDS
from models.db import session_factory
from models.incoming import Incoming, Refused, Submission
from models.suppressions import SuppressionKind
from senders import parse
from tests.story import JANE


@pytest.fixture
def url(story):
    """Call the functions for the story's URL as the web does."""
    return Url(story.path.removeprefix("/hooks/"))


class Url:
    def __init__(self, token):
        self.endpoint = Endpoint.of(token)
        self.known = first_sight(self.endpoint, incoming({})).known

    def accept(self, header_key=None, **fields):
        """Return the outcome, and the id of the lead that counts."""
        came = incoming(JANE | fields, header_key)
        lead = parse(came.body, came.content_type, self.known.settings)
        verdict = accept_lead(self.endpoint, self.known, lead, came)
        return verdict.outcome, verdict.id


def incoming(fields, header_key=None):
    body = json.dumps(fields).encode()
    return Incoming(body, "application/json", "a-request", header_key)


def age(story, hours):
    story.change(
        "UPDATE leads SET received_at = received_at - make_interval(hours => :hours)",
        hours=hours,
    )


def settle(story, status, lead_id):
    story.change("UPDATE leads SET status = :s WHERE id = :id", s=status, id=lead_id)


def test_new_lead_is_accepted_under_a_name_made_of_its_key(story, url):
    came = incoming(JANE)
    lead = parse(came.body, came.content_type, url.known.settings)
    name = Submission.of(story.integration, url.known.version, lead, came).lead_id()

    assert url.accept() == ("accepted", name)

    kept = story.lead(name)
    assert (kept.first_name, kept.last_name, kept.phone) == ("Jane", "Doe", "+12025550142")
    assert (kept.body, kept.via, kept.request_id) == (came.body, "postgres", "a-request")
    assert kept.account_id == story.account


def test_catalog_86_exact_repeat_is_a_duplicate_with_the_same_id(story, url):
    _, first = url.accept()

    assert url.accept() == ("duplicate", first)
    assert story.value("SELECT count(*) FROM leads") == 1


def test_decision_same_person_in_other_words_is_a_duplicate_and_is_kept(story, url):
    _, first = url.accept()

    assert url.accept(first_name="Janet") == ("duplicate", first)

    kept = story.value("SELECT to_jsonb(l) FROM leads l WHERE status = 'duplicate'")
    assert kept["duplicate_of"] == str(first)
    assert kept["first_name"] == "Janet"


def test_decision_same_person_after_the_window_is_new(story, url):
    _, first = url.accept(note="1")
    age(story, 25)

    outcome, second = url.accept(note="2")

    assert (outcome, second != first) == ("accepted", True)


def test_decision_same_body_after_the_window_is_new_and_the_older_lead_gives_its_key_up(
    story, url
):
    _, first = url.accept()
    age(story, 25)

    outcome, second = url.accept()

    assert (outcome, second != first) == ("accepted", True)
    assert story.lead(first).idem_key is None
    assert url.accept() == ("duplicate", second)
    age(story, 25)
    assert url.accept()[0] == "accepted"


@pytest.mark.parametrize("status", ["test", "dropped", "needs_attention"])
@pytest.mark.parametrize("words", [{}, {"note": "other words"}], ids=["same body", "person"])
def test_decision_first_lead_that_came_to_nothing_does_not_count(story, url, status, words):
    _, first = url.accept()
    settle(story, status, first)

    outcome, second = url.accept(**words)

    assert (outcome, second != first) == ("accepted", True)


@pytest.mark.parametrize("status", ["received", "held", "texting", "joined", "landline"])
@pytest.mark.parametrize("words", [{}, {"note": "other words"}], ids=["same body", "person"])
def test_decision_first_lead_counts(story, url, status, words):
    _, first = url.accept()
    settle(story, status, first)

    assert url.accept(**words) == ("duplicate", first)


@pytest.mark.parametrize("words", [{}, {"note": "other words"}], ids=["same body", "person"])
def test_decision_suppressed_lead_counts_until_its_suppression_is_lifted(story, url, words):
    _, first = url.accept()
    settle(story, "suppressed", first)
    suppression = story.suppress(SuppressionKind.DNC)
    assert url.accept(**words) == ("duplicate", first)

    story.lift(suppression)

    assert url.accept(**words, again=1)[0] == "accepted"


def test_decision_lead_of_a_deleted_contact_does_not_count(story, url, simulator):
    first = story.delivered()
    assert story.answer().status_code == 200

    story.change(
        "UPDATE contacts SET deleted_at = now(), queued_at = NULL, queue_lead_id = NULL"
    )

    outcome, second = url.accept()
    assert (outcome, str(second) != first) == ("accepted", True)


def test_decision_0_hours_switch_the_person_rule_off(story, url):
    story.change("UPDATE integrations SET duplicate_window_hours = 0")
    _, first = url.accept(note="1")

    assert url.accept(note="2")[0] == "accepted"
    assert url.accept(note="1") == ("duplicate", first)  # the very same request, that is


def test_person_s_leads_of_another_integration_do_not_count(story, url):
    url.accept()
    story.change("UPDATE leads SET integration_id = gen_random_uuid()")

    assert url.accept(note="2")[0] == "accepted"


def test_catalog_87_same_id_with_another_number_is_a_duplicate_and_a_conflict(story, url):
    _, first = url.accept(lead_id="7")

    assert url.accept(lead_id="7", phone="+12025550143") == ("duplicate", first)

    assert story.value("SELECT other_person FROM lead_conflicts") is True
    assert story.lead(first).phone == "+12025550142"


def test_f34_same_key_with_another_body_is_a_duplicate_and_the_body_is_kept(story, url):
    _, first = url.accept(header_key="k", note="1")

    assert url.accept(header_key="k", note="2") == ("duplicate", first)

    assert b'"2"' in story.value("SELECT body FROM lead_conflicts")
    assert story.value("SELECT other_person FROM lead_conflicts") is False


def test_same_key_with_the_same_body_is_no_conflict(story, url):
    url.accept(lead_id="7")
    url.accept(lead_id="7")

    assert story.value("SELECT count(*) FROM lead_conflicts") == 0


def test_key_of_the_sender_counts_for_ever(story, url):
    _, first = url.accept(lead_id="7")
    age(story, 10_000)

    assert url.accept(lead_id="7") == ("duplicate", first)


def test_duplicate_of_a_duplicate_names_the_first_lead(story, url):
    _, first = url.accept(lead_id="7")
    url.accept(lead_id="8")

    assert url.accept(lead_id="8") == ("duplicate", first)


def test_lead_is_known_again_after_its_url_was_regenerated(story, url):
    _, first = url.accept(lead_id="7")
    story.change("UPDATE endpoint_tokens SET token_hash = sha256('another')")

    assert Url("another").accept(lead_id="7") == ("duplicate", first)


@pytest.mark.parametrize(
    ("state", "statement"),
    [
        ("paused", "UPDATE integrations SET status = 'paused'"),
        ("retired", "UPDATE endpoint_tokens SET retired_at = now()"),
        ("retired", "UPDATE integrations SET deleted_at = now()"),
        ("unknown", "UPDATE endpoint_tokens SET token_hash = sha256('another')"),
    ],
)
def test_closed_url_takes_nothing_and_keeps_what_came(story, url, state, statement):
    story.change(statement)

    assert url.accept() == (state, None)
    assert look_at(url.endpoint) == state
    assert story.value("SELECT count(*) FROM leads") == 0
    assert story.value("SELECT count(*) FROM rejections") == (state != "unknown")
    assert story.value("SELECT coalesce(sum(hits), 0) FROM endpoint_tokens") == (
        1 if state == "retired" else 0
    )


def test_lead_parsed_by_old_settings_is_parsed_again(story, url):
    story.change("UPDATE integrations SET parse_version = 2, default_region = 'GB'")
    came = incoming(JANE)
    lead = parse(came.body, came.content_type, url.known.settings)

    verdict = accept_lead(url.endpoint, url.known, lead, came)

    assert verdict.outcome == "stale"
    assert (verdict.known.version, verdict.known.settings.default_region) == (2, "GB")


def test_rule_29_rejection_is_kept_with_its_reason(story, url):
    why = Refused(422, "unusable", "No phone.", [{"field": "phone", "code": "missing"}])

    verdict = reject(url.endpoint, url.known.version, why, incoming({}))

    assert verdict.outcome == "kept"
    kept = story.value("SELECT to_jsonb(r) FROM rejections r")
    assert (kept["status"], kept["code"], kept["url"]) == (422, "unusable", "live")
    assert kept["errors"] == [{"field": "phone", "code": "missing"}]
    assert kept["body"] is not None


def test_rule_29_too_large_a_body_is_not_kept(story, url):
    why = Refused(413, "too-large", "More than 64 KiB.", keeps_body=False)

    reject(url.endpoint, None, why, incoming({}))

    assert story.value("SELECT body FROM rejections") is None


def test_catalog_89_of_fifty_identical_requests_at_once_one_is_accepted(story, url):
    start = threading.Barrier(50)

    def post(_):
        start.wait()
        while True:
            try:
                return url.accept()
            except (UrlBusy, DatabaseAway):
                continue  # as a sender that is told 503

    with ThreadPoolExecutor(50) as senders:
        answers = list(senders.map(post, range(50)))

    assert Counter(outcome for outcome, _ in answers) == {"accepted": 1, "duplicate": 49}
    assert len({lead_id for _, lead_id in answers}) == 1
    assert story.value("SELECT count(*) FROM leads") == 1


def test_same_id_with_two_numbers_at_once_is_one_lead(story, url):
    """Two persons' locks: the key alone keeps them apart. Some rounds."""
    for turn in range(40):
        start = threading.Barrier(2)

        def post(line, turn=turn, start=start):
            start.wait()
            return url.accept(lead_id=str(turn), phone=f"+120255501{line}")

        with ThreadPoolExecutor(2) as senders:
            answers = list(senders.map(post, (42, 43)))
        story.change("UPDATE leads SET received_at = now() - interval '25 hours'")

        assert sorted(outcome for outcome, _ in answers) == ["accepted", "duplicate"]
        assert len({lead_id for _, lead_id in answers}) == 1

    assert story.value("SELECT count(*) FROM lead_conflicts WHERE other_person") == 40


def test_same_person_in_two_ways_at_once_is_one_lead(story, url):
    for turn in range(40):
        start = threading.Barrier(2)
        phone = f"+1202555{101 + turn:04d}"

        def post(way, phone=phone, start=start):
            start.wait()
            return url.accept(phone=phone, note=way)

        with ThreadPoolExecutor(2) as senders:
            answers = list(senders.map(post, "ab"))

        assert sorted(outcome for outcome, _ in answers) == ["accepted", "duplicate"]


def test_url_whose_lock_is_held_is_busy_and_never_away(story, url):
    with ExitStack() as stack:
        revoking = stack.enter_context(session_factory())
        revoking.execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": url.endpoint.token_lock}
        )

        with pytest.raises(UrlBusy):
            url.accept()
        with pytest.raises(UrlBusy):
            reject(url.endpoint, None, Refused(400, "x", "x"), incoming({}))


def test_database_that_does_not_answer_is_away_within_the_budget(story, url):
    with ExitStack() as stack:
        blocking = stack.enter_context(session_factory())
        blocking.execute(text("LOCK TABLE endpoint_tokens"))
        begun = time.monotonic()

        with pytest.raises((UrlBusy, DatabaseAway)):
            url.accept()
        with pytest.raises(DatabaseAway):  # a plain SELECT: nothing but our own deadline
            look_at(url.endpoint)

        assert time.monotonic() - begun < 2 * BUDGET_SECONDS + 0.5


def test_call_that_returns_no_row_is_taken_for_an_absent_database(url, monkeypatch):
    monkeypatch.setattr("models.accept._row", lambda *_: None)

    with pytest.raises(DatabaseAway):
        url.accept()


def test_body_that_gives_its_key_up_again_and_again_is_busy(url, monkeypatch):
    again = Verdict("again", UUID(int=1), None)
    monkeypatch.setattr("models.accept._call", lambda *_: again)

    with pytest.raises(UrlBusy):
        url.accept()


def test_memory_of_endpoints_is_bounded(url):
    memory = EndpointMemory(most=2)
    places = [Endpoint.of(name) for name in "abc"]

    for place in places:
        memory.put(place, url.known)

    assert memory.get(places[2]) is url.known
    assert memory.get(places[0]) is None
