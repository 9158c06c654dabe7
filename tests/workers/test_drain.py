"""Path F and PostgreSQL: what closes a URL closes its gate, what is drained is not lost."""

from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from models import autocommit
from models.accept import DatabaseAway, Endpoint, drain_lead
from tests.story import JANE, OURS, PHONE
from tests.workers import test_gate
from web import hooks
from web.together import accept_lead
from workers import drain, gate, gate_keeper
from workers.gate_keeper import refresh_gate
from workers.redis_run import GateUnreachable
from workers.spool import BROKEN

server = test_gate.server


class Away:
    """A breaker in front of a PostgreSQL that is away."""

    @contextmanager
    def guard(self):
        raise DatabaseAway("for a test")
        yield


@pytest.fixture
def url(story, server):
    """The story's URL as the gate knows it: open."""
    with autocommit() as connection:
        assert refresh_gate(connection) == 1
    return Endpoint.of(story.path.removeprefix("/hooks/")).token_hash.hex()


def counts_no_longer(story, lead_id):
    """Have the person's next lead be a new one."""
    statement = "UPDATE leads SET status = 'needs_attention' WHERE id = :id"
    assert story.change(statement, id=lead_id) == 1


def test_entry_is_let_go_only_after_its_commit(story, url, server, monkeypatch):
    def away(*_):
        raise DatabaseAway("in the middle of it")

    with monkeypatch.context() as outage:
        outage.setattr(hooks, "breaker", Away())
        lead_id = story.post()
    with monkeypatch.context() as outage:
        outage.setattr(drain, "drain_lead", away)
        assert drain.drain() == 0

    assert server.xlen(gate.SPOOL) == 1
    assert drain.drain() == 1
    assert server.xlen(gate.SPOOL) == 0
    assert story.lead(lead_id).via == "spool"


def test_entries_before_one_that_has_to_wait_are_let_go(story, url, server, monkeypatch):
    stored = []

    def away_at_the_second(*given):
        if stored:
            raise DatabaseAway("in the middle of it")
        stored.append(drain_lead(*given))
        return stored[0]

    with monkeypatch.context() as outage:
        outage.setattr(hooks, "breaker", Away())
        first = story.post()
        story.post(phone="+12025550143")
    with monkeypatch.context() as outage:
        outage.setattr(drain, "drain_lead", away_at_the_second)
        drain.drain()

    assert story.value("SELECT id FROM leads") == UUID(first)
    assert server.xlen(gate.SPOOL) == 1


def test_entry_that_was_stored_and_not_let_go_is_the_same_lead_when_it_comes_again(
    story, url, server, monkeypatch
):
    def unreachable(stream, _):
        if stream == gate.SPOOL:
            raise GateUnreachable("between the commit and the letting go")

    with monkeypatch.context() as outage:
        outage.setattr(hooks, "breaker", Away())
        lead_id = story.post()
    with monkeypatch.context() as killed:
        killed.setattr(drain, "forget", unreachable)
        drain.drain()
    counts_no_longer(story, lead_id)

    assert drain.drain() == 1
    assert story.value("SELECT array_agg(id) FROM leads") == [UUID(lead_id)]


def test_lead_that_was_stored_without_a_reply_is_not_stored_again_from_the_spool(
    story, url, server, monkeypatch
):
    def reply_is_lost(*given):
        accept_lead(*given)
        raise DatabaseAway("after the commit")

    with monkeypatch.context() as outage:
        outage.setattr(hooks, "accept_lead", reply_is_lost)
        lead_id = story.post()
    counts_no_longer(story, lead_id)

    assert drain.drain() == 1
    assert story.value("SELECT array_agg(via) FROM leads") == ["postgres"]


def test_entry_is_known_again_by_a_lead_that_gave_its_body_up(story, url, server, monkeypatch):
    def reply_is_lost(*given):
        accept_lead(*given)
        raise DatabaseAway("after the commit")

    with monkeypatch.context() as outage:
        outage.setattr(hooks, "accept_lead", reply_is_lost)
        lead_id = story.post()
    counts_no_longer(story, lead_id)
    another = story.post()
    counts_no_longer(story, another)

    assert drain.drain() == 1
    assert story.value("SELECT count(*) FROM leads") == 2


def test_lead_of_a_url_made_after_the_backup_goes_to_its_integration(
    story, url, server, monkeypatch
):
    with monkeypatch.context() as outage:
        outage.setattr(hooks, "breaker", Away())
        lead_id = story.post()
    story.change("UPDATE endpoint_tokens SET token_hash = sha256('of the backup')")

    assert drain.drain() == 1

    kept = story.lead(lead_id)
    assert (kept.status, kept.account_id) == ("received", story.account)
    assert story.value("SELECT id FROM endpoint_tokens") == kept.token_id
    assert server.xlen(BROKEN) == 0


def test_lead_of_an_integration_made_after_the_backup_is_put_aside(
    story, url, server, monkeypatch
):
    with monkeypatch.context() as outage:
        outage.setattr(hooks, "breaker", Away())
        story.post()
    story.change("UPDATE endpoint_tokens SET token_hash = sha256('of the backup')")
    story.change("UPDATE integrations SET deleted_at = now()")

    assert drain.drain() == 1

    assert (server.xlen(gate.SPOOL), server.xlen(BROKEN)) == (0, 1)
    assert story.value("SELECT count(*) FROM leads") == 0


def test_lead_that_cannot_be_stored_is_put_aside_and_keeps_nobody_waiting(
    story, url, server, monkeypatch
):
    with monkeypatch.context() as outage:
        outage.setattr(hooks, "breaker", Away())
        outage.setattr(hooks, "request_id", lambda: "a\0b")
        story.post()
        outage.setattr(hooks, "request_id", lambda: "fine")
        lead_id = story.post(phone="+12025550143")

    assert drain.drain() == 2

    assert (server.xlen(gate.SPOOL), server.xlen(BROKEN)) == (0, 1)
    assert story.value("SELECT array_agg(id) FROM leads") == [UUID(lead_id)]


def test_text_that_cannot_be_stored_is_put_aside_and_keeps_nobody_waiting(
    story, url, server, monkeypatch
):
    told = {"sid": "SM1", "phone": PHONE, "our_number": OURS, "body": "a\0b", "raw": {}}
    assert gate.keep_told({"kind": "text", "told": told | {"request_id": "one"}})
    with monkeypatch.context() as outage:
        outage.setattr(hooks, "breaker", Away())
        lead_id = story.post()

    assert drain.drain() == 2

    assert (server.xlen(gate.TOLD), server.xlen(BROKEN)) == (0, 1)
    assert story.lead(lead_id).via == "spool"


@pytest.mark.parametrize("outages", [1, 2])
def test_two_submissions_under_one_request_id_are_two_leads(
    story, url, server, monkeypatch, outages
):
    """Some senders call every request the same: the time tells them apart."""
    always = {"X-Request-ID": "always-the-same"}
    ids = []
    for turn in range(2):
        with monkeypatch.context() as outage:
            if turn >= 2 - outages:
                outage.setattr(hooks, "breaker", Away())
            answer = story.client.post(story.path, json=JANE, headers=always)
        assert answer.status_code == 202
        ids.append(answer.json["lead_id"])
        drain.drain()
        counts_no_longer(story, ids[0])
        story.change("UPDATE leads SET received_at = received_at - interval '1 minute'")

    assert story.value("SELECT count(*) FROM leads") == 2


@pytest.mark.parametrize("verb", ["activate", "regenerate-url"])
def test_url_that_was_just_opened_takes_leads_should_an_outage_come_now(
    story, api, server, monkeypatch, verb
):
    api.post("/integration/deactivate")
    if verb == "regenerate-url":
        api.post("/integration/activate")

    answer = api.post(f"/integration/{verb}")
    monkeypatch.setattr(hooks, "breaker", Away())

    assert answer.status_code == 200
    story.path = urlsplit(api.get("/integration").json["endpoint_url"]).path
    assert story.answer().status_code == 202


def test_verb_is_answered_where_the_gate_cannot_be_loaded(story, api, server, monkeypatch):
    def away():
        raise OperationalError("for a test", None, Exception())

    monkeypatch.setattr(gate_keeper, "begin_refresh", away)

    assert api.post("/integration/activate").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/integration/deactivate"),
        ("post", "/integration/regenerate-url"),
        ("delete", "/integration"),
    ],
)
def test_promise_4_closing_is_answered_with_the_gate_closed(url, api, method, path):
    before = gate.accept(url, "one", {})

    answer = getattr(api, method)(path)

    assert answer.status_code == 200
    assert (before, gate.accept(url, "two", {})) == ("accepted", "closed")
