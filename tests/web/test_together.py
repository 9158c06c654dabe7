"""Requests run together: one call for all, and to each the answer that is its own."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from copy import copy
from dataclasses import replace
from functools import partial

import pytest
import requests
from sqlalchemy import text

import logs
from models import transaction
from models.accept import DatabaseAway, Endpoint, Incoming, first_sight
from models.budget import DatabaseHangs, Unstorable
from models.receipts import Told
from senders import parse
from tests.story import JANE
from tests.web.serving import web_processes
from web import together
from web.breaker import Breaker
from web.together import accept_lead, run_together


def phone(number):
    return f"+1202555{100 + number:04d}"


class Url:
    def __init__(self, token):
        self.endpoint = Endpoint.of(token)
        self.known = first_sight(self.endpoint, incoming(JANE)).known

    def post(self, heard, number, **odd):
        """What the view does: store the lead, then note what came of it."""
        came = incoming(JANE | {"phone": phone(number)}, **odd)
        lead = parse(came.body, came.content_type, self.known.settings)
        logs.request_id.set(str(number))
        try:
            outcome = accept_lead(self.endpoint, self.known, lead, came).outcome
        except DatabaseAway as error:
            outcome = error
        heard[number] = (outcome, logs.request_id.get())


def incoming(fields, request_id="req"):
    return Incoming(json.dumps(fields).encode(), "application/json", request_id, None)


@pytest.fixture
def url(story):
    return Url(story.path.removeprefix("/hooks/"))


@pytest.fixture
def calls(monkeypatch):
    """How many leads each shared call carried."""
    made, real = [], together.accept_leads

    def accept_leads(endpoint, version, submissions):
        made.append(len(submissions))
        return real(endpoint, version, submissions)

    monkeypatch.setattr(together, "accept_leads", accept_leads)
    return made


def test_leads_of_one_moment_share_a_call_and_each_hears_its_own_answer(story, url, calls):
    heard = {}

    run_together([partial(url.post, heard, number) for number in (1, 2, 2, 3)])

    assert calls == [4]
    assert heard == {n: ("accepted", str(n)) for n in (1, 3)} | {2: ("duplicate", "2")}
    assert story.value("SELECT count(*) FROM leads") == 3


def test_lead_that_is_alone_is_taken_alone(url, calls):
    heard = {}

    run_together([partial(url.post, heard, 1)])

    assert (calls, heard) == ([], {1: ("accepted", "1")})


def test_paused_url_answers_each_of_them(story, url, calls):
    story.change("UPDATE integrations SET status = 'paused'")
    heard = {}

    run_together([partial(url.post, heard, number) for number in (1, 2)])

    assert {outcome for outcome, _ in heard.values()} == {"paused"}
    assert story.value("SELECT count(*) FROM rejections") == 2


def test_database_that_is_away_is_away_for_each_of_them(url, monkeypatch):
    def away(*_):
        raise DatabaseAway("gone")

    monkeypatch.setattr(together, "accept_leads", away)
    heard = {}

    run_together([partial(url.post, heard, number) for number in (1, 2, 3)])

    errors = [outcome for outcome, _ in heard.values()]
    assert [type(error) for error in errors] == [DatabaseAway] * 3
    assert len(set(map(id, errors))) == 3


def test_failure_that_many_share_counts_once(url, monkeypatch):
    breaker, opened = Breaker(), []

    def away(*_):
        raise DatabaseAway("gone")

    def post(number):
        with suppress(DatabaseAway), breaker.guard():
            url.post(heard, number)
            raise heard[number][0]

    monkeypatch.setattr(breaker, "_probe", lambda: None)
    monkeypatch.setattr(together, "accept_leads", away)
    heard = {}

    for _ in range(3):
        run_together([partial(post, number) for number in (1, 2, 3, 4)])
        opened.append(breaker.is_open)

    assert opened == [False, False, True]


def test_call_that_hangs_is_the_last_of_its_moment(url, monkeypatch):
    """Each further call would keep everybody waiting for as long again."""
    breaker, asked = Breaker(), []

    def hang(*_):
        asked.append(1)
        raise DatabaseHangs("no answer")

    def post(url, number):
        with suppress(DatabaseAway), breaker.guard():
            url.post(heard, number)
            raise heard[number][0]

    monkeypatch.setattr(together, "breaker", breaker)
    monkeypatch.setattr(breaker, "_probe", lambda: None)
    for name in ("accept_leads", "keep_receipts"):
        monkeypatch.setattr(together, name, hang)
    monkeypatch.setattr(together.accept, "accept_lead", hang)
    heard, other = {}, copy(url)
    other.known = replace(url.known, version=url.known.version + 1)  # a call of its own

    run_together([partial(post, url, n) for n in (1, 2)] + [partial(post, other, 3)])

    assert len(asked) == 1
    assert [type(heard[n][0]) for n in (1, 2)] == [DatabaseHangs] * 2
    assert type(heard[3][0]) is DatabaseAway


def test_lead_that_cannot_be_stored_takes_nobody_along(story, url, calls):
    heard = {}

    run_together(
        [partial(url.post, heard, 1), partial(url.post, heard, 2, request_id="a\0b")]
        + [partial(url.post, heard, number) for number in (3, 4)]
    )

    assert [heard[number][0] for number in (1, 3, 4)] == ["accepted"] * 3
    assert isinstance(heard[2][0], Unstorable)
    assert story.value("SELECT count(*) FROM leads") == 3


def test_call_that_fails_as_nobody_expects_leaves_each_to_its_own(
    story, url, monkeypatch, caplog
):
    def break_down(*_):
        raise ValueError("nobody expects this")

    monkeypatch.setattr(together, "accept_leads", break_down)
    heard = {}

    run_together([partial(url.post, heard, number) for number in (1, 2, 3)])

    assert heard == {n: ("accepted", str(n)) for n in (1, 2, 3)}
    assert "each alone" in caplog.text


def test_work_that_asks_for_nothing_runs_to_its_end():
    done = []

    run_together([partial(done.append, number) for number in range(3)])

    assert done == [0, 1, 2]


def test_answers_of_many_at_once_are_never_mixed_up(story):
    def post(number):
        answer = requests.post(
            url + story.path,
            json=JANE | {"phone": phone(number)},
            headers={"X-Request-ID": f"request-{number:04d}"},
            timeout=20,
        )
        return number, answer

    with web_processes(1) as [url], ThreadPoolExecutor(32) as senders:
        answers = list(senders.map(post, range(300)))

    with transaction() as session:
        rows = session.execute(text("SELECT id::text, phone, request_id FROM leads")).all()
    stored = {row.id: (row.phone, row.request_id) for row in rows}
    assert {answer.status_code for _, answer in answers} == {202}
    for number, answer in answers:
        request_id = f"request-{number:04d}"
        assert answer.headers["X-Request-ID"] == request_id
        assert stored[answer.json()["lead_id"]] == (phone(number), request_id)


def test_receipts_of_one_moment_share_a_call_and_each_is_settled(story, simulator, monkeypatch):
    made, real = [], together.keep_receipts

    def keep_receipts(told):
        made.append(len(told))
        return real(told)

    monkeypatch.setattr(together, "keep_receipts", keep_receipts)
    leads = [story.texted(phone=phone(number)) for number in (1, 2, 3)]
    answers = []

    run_together(
        [
            lambda lead_id=lead_id: answers.append(story.told(lead_id, "delivered"))
            for lead_id in leads
        ]
        + [lambda: answers.append(story.told(leads[0], "delivered"))]
    )

    assert made == [4]
    assert [answer.status_code for answer in answers] == [204] * 4
    assert [story.delivery(each).status for each in leads] == ["delivered"] * 3
    assert story.value("SELECT count(*) FROM contacts WHERE queued_at IS NOT NULL") == 3
    assert story.value("SELECT count(*) FROM receipts") == 4


def test_receipts_and_leads_of_one_moment_do_not_wait_for_each_other(story, url, simulator):
    lead_id = story.texted(phone=phone(50))
    heard, answers = {}, []

    run_together(
        [partial(url.post, heard, number) for number in (1, 2)]
        + [lambda: answers.append(story.told(lead_id, "delivered").status_code)]
    )

    assert [outcome for outcome, _ in heard.values()] == ["accepted"] * 2
    assert answers == [204]


def test_receipts_while_the_database_is_away_are_kept_by_none_of_them(story, monkeypatch):
    def away(_):
        raise DatabaseAway("gone")

    monkeypatch.setattr(together, "keep_receipts", away)
    told = Told(None, None, "SM1", "sent", None, {}, None)
    errors = []

    def take():
        with pytest.raises(DatabaseAway) as raised:
            together.store_receipt(told)
        errors.append(raised.value)

    run_together([take, take])

    assert len(set(map(id, errors))) == 2
