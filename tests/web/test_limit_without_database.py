"""The URL's rate limit on Path F: PostgreSQL is away, Redis counts and takes what is within."""

from contextlib import contextmanager

from models import autocommit
from models.accept import DatabaseAway
from tests.workers import test_gate
from web import hooks
from workers.gate import SPOOL
from workers.gate_keeper import refresh_gate

server = test_gate.server


class Away:
    """A breaker in front of a PostgreSQL that is away; *served* requests got to it before."""

    def __init__(self, served=False):
        self._served = served

    @contextmanager
    def guard(self):
        if self._served:
            yield
        raise DatabaseAway("for a test")


def limit(api, per_minute):
    answer = api.patch("/integration", {"rate_limit": per_minute})
    assert answer.status_code == 200, answer.json
    with autocommit() as connection:
        assert refresh_gate(connection) == 1


def codes(story, count, first=10):
    phones = [f"+120255501{last:02}" for last in range(first, first + count)]
    return [story.answer(phone=phone).status_code for phone in phones]


def test_leads_above_the_limit_are_refused_and_not_spooled(story, api, server, monkeypatch):
    limit(api, 2)
    monkeypatch.setattr(hooks, "breaker", Away())

    answers = [story.answer(phone=f"+1202555011{i}") for i in range(4)]

    assert [answer.status_code for answer in answers] == [202, 202, 429, 429]
    assert answers[-1].json["code"] == "rate-limited"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert server.xlen(SPOOL) == 2


def test_uses_before_and_during_the_outage_count_together(story, api, server, monkeypatch):
    limit(api, 3)
    before = codes(story, 2)
    monkeypatch.setattr(hooks, "breaker", Away())

    during = codes(story, 3, first=20)

    assert before == [202, 202]
    assert during == [202, 429, 429]


def test_request_that_met_the_outage_halfway_counts_once(story, api, server, monkeypatch):
    limit(api, 2)
    monkeypatch.setattr(hooks, "breaker", Away(served=True))

    assert codes(story, 3) == [202, 202, 429]


def test_limit_that_was_raised_is_read_from_the_gate(story, api, server, monkeypatch):
    limit(api, 1)
    before = codes(story, 2)
    limit(api, 3)
    monkeypatch.setattr(hooks, "breaker", Away())

    after = codes(story, 4, first=20)

    assert before == [202, 429]
    assert after == [202, 202, 202, 429]


def test_no_limit_is_none_on_path_f(story, api, server, monkeypatch):
    limit(api, 0)
    monkeypatch.setattr(hooks, "breaker", Away())

    assert codes(story, 5) == [202] * 5


def test_wrong_signatures_use_nothing_up_on_path_f(story, api, server, monkeypatch):
    api.post("/integration/signing-secrets")
    limit(api, 1)
    monkeypatch.setattr(hooks, "breaker", Away())

    assert codes(story, 3) == [401] * 3
