"""Path F judges by what stands: by the gate, or by this process where it knows newer."""

import pytest

from models import autocommit
from tests.web.test_limit_without_database import Away
from tests.workers import test_gate
from web import hooks
from workers.gate import SPOOL
from workers.gate_keeper import refresh_gate

server = test_gate.server

JOE = {"first_name": "Joe", "phone": "+1 202 555 0143"}
BRITISH = {"phone": "+44 121 234 5678"}


@pytest.fixture
def away(monkeypatch):
    """Have PostgreSQL go away, after all that the test did with it until then."""
    return lambda: monkeypatch.setattr(hooks, "breaker", Away())


def load_gate():
    with autocommit() as connection:
        assert refresh_gate(connection) == 1


def test_secret_that_was_made_since_is_demanded(story, api, server, away):
    story.post()
    api.post("/integration/signing-secrets")
    load_gate()
    away()

    answer = story.answer(**JOE)

    assert (answer.status_code, answer.json["code"]) == (401, "bad-signature")
    assert server.xlen(SPOOL) == 0


def test_secret_that_was_removed_since_is_demanded_no_more(story, api, server, away):
    api.post("/integration/signing-secrets")
    assert story.answer().status_code == 401
    [kept] = api.get("/integration/signing-secrets").json["items"]
    api.delete(f"/integration/signing-secrets/{kept['id']}")
    load_gate()
    away()

    answer = story.answer(**JOE)

    assert answer.status_code == 202
    assert server.xlen(SPOOL) == 1


def test_settings_that_were_mended_since_read_the_lead(story, api, server, away):
    assert story.answer(**BRITISH).status_code == 422
    api.patch("/integration", {"allowed_countries": ["US", "GB"]})
    load_gate()
    away()

    assert story.answer(**BRITISH).status_code == 202


def test_settings_that_this_process_learned_after_the_gate_stand(story, api, server, away):
    load_gate()
    api.post("/integration/signing-secrets")
    assert story.answer().status_code == 401
    away()

    assert story.answer(**JOE).status_code == 401


def test_url_that_the_gate_does_not_know_is_not_judged_by_memory(story, server, away):
    story.post()
    away()

    answers = [story.answer(**JOE), story.answer(phone="")]

    assert [answer.status_code for answer in answers] == [503, 503]
