"""Path F and PostgreSQL: what closes a URL closes its gate, what is drained is not lost."""

from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from sqlalchemy.exc import OperationalError

from models import autocommit
from models.accept import DatabaseAway, Endpoint
from tests.workers import test_gate
from web import hooks
from workers import drain, gate, gate_keeper
from workers.gate_keeper import refresh_gate

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
