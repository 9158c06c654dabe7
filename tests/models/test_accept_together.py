"""Leads of one moment: each judged as if it came alone, all of them committed at once."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from models.accept import DatabaseAway, UrlBusy, accept_lead, first_sight
from models.accept_together import accept_leads
from models.budget import Unstorable
from models.db import session_factory
from models.endpoints import Endpoint
from models.incoming import Incoming, Submission
from senders import parse
from tests.story import JANE

STORED = "SELECT to_jsonb(l) - 'received_at' - 'seal' FROM leads l WHERE id = :lead_id"


class Url:
    def __init__(self, token):
        self.endpoint = Endpoint.of(token)
        self.known = first_sight(self.endpoint, incoming({})).known

    def submission(self, header_key=None, **fields):
        came = incoming(JANE | fields, header_key)
        lead = parse(came.body, came.content_type, self.known.settings)
        return Submission.of(self.known.integration_id, self.known.version, lead, came)

    def accept(self, *submissions):
        return accept_leads(self.endpoint, self.known.version, submissions)


def incoming(fields, header_key=None):
    return Incoming(json.dumps(fields).encode(), "application/json", "req", header_key)


@pytest.fixture
def url(story):
    return Url(story.path.removeprefix("/hooks/"))


def phone(number):
    return f"+1202555{100 + number:04d}"


def test_leads_of_one_moment_are_stored_as_each_alone_would_be(story, url):
    alone = url.submission(phone=phone(0), note='ünïcode \N{GRINNING FACE} \\ "quoted"')
    accept_lead(url.endpoint, url.known, alone.lead, alone.incoming)
    expected = story.value(STORED, lead_id=alone.lead_id())
    story.change("DELETE FROM leads")

    verdicts = url.accept(alone, url.submission(phone=phone(1)))

    assert [each.outcome for each in verdicts] == ["accepted", "accepted"]
    assert verdicts[0].id == alone.lead_id()
    assert story.value(STORED, lead_id=alone.lead_id()) == expected


def test_same_person_twice_in_one_moment_is_one_lead_and_its_duplicate(story, url):
    first, second = url.submission(note="a"), url.submission(note="b")

    verdicts = url.accept(first, second)

    assert [each.outcome for each in verdicts] == ["accepted", "duplicate"]
    assert {each.id for each in verdicts} == {first.lead_id()}
    assert story.value("SELECT count(*) FROM leads WHERE status = 'received'") == 1


def test_same_request_twice_in_one_moment_is_one_row(story, url):
    verdicts = url.accept(url.submission(), url.submission())

    assert [each.outcome for each in verdicts] == ["accepted", "duplicate"]
    assert story.value("SELECT count(*) FROM leads") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE integrations SET status = 'paused'",
        "UPDATE integrations SET deleted_at = now()",
        "UPDATE endpoint_tokens SET retired_at = now()",
        "UPDATE integrations SET parse_version = parse_version + 1",
    ],
)
def test_url_that_is_not_as_it_was_decides_about_each_lead_alone(story, url, statement):
    story.change(statement)

    verdicts = url.accept(url.submission(phone=phone(1)), url.submission(phone=phone(2)))

    assert verdicts == [None, None]
    assert story.value("SELECT count(*) FROM leads") == 0


def test_lead_that_needs_another_name_is_left_to_be_taken_alone(story, url):
    url.accept(url.submission(), url.submission(phone=phone(1)))
    story.change("UPDATE leads SET received_at = now() - interval '25 hours'")

    verdicts = url.accept(url.submission(), url.submission(phone=phone(2)))

    assert verdicts[0] is None
    assert verdicts[1].outcome == "accepted"


def test_crowds_that_meet_in_any_order_never_wait_for_each_other(story, url):
    """Each of these calls holds the locks of many persons, who are the same in all calls."""
    crowd = [url.submission(phone=phone(n), lead_id=str(n)) for n in range(24)]
    start = threading.Barrier(4)

    def post(turn):
        start.wait()
        moved = crowd[turn * 6 :] + crowd[: turn * 6]
        return url.accept(*(moved if turn % 2 else moved[::-1]))

    with ThreadPoolExecutor(4) as senders:
        answers = [each.outcome for told in senders.map(post, range(4)) for each in told]

    assert sorted(answers) == ["accepted"] * 24 + ["duplicate"] * 72
    assert story.value("SELECT count(*) FROM leads") == 24


def test_url_that_is_being_closed_is_busy_for_all(story, url):
    with session_factory() as revoking:
        revoking.execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": url.endpoint.token_lock}
        )

        with pytest.raises(UrlBusy):
            url.accept(url.submission(), url.submission(phone=phone(1)))


def test_lead_that_cannot_be_stored_is_told_from_a_database_that_is_away(story, url):
    bad = url.submission(phone=phone(1), note="bad")
    object.__setattr__(bad.incoming, "request_id", "a\0b")

    with pytest.raises(Unstorable) as raised:
        url.accept(url.submission(), bad)

    assert isinstance(raised.value, DatabaseAway)
    assert story.value("SELECT count(*) FROM leads") == 0
