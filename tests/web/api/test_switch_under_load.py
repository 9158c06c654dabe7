"""Promise 4: once a closing has been answered, nothing more is accepted at that URL.

Threads push leads through the accept call, as fast as it goes, while the URL is closed. What
is visible right after the answer has to be all that will ever be visible.
"""

import itertools
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import func, select

from models import EndpointToken, Integration, Lead, PhoneNumber, PhoneNumberStatus, transaction
from models.accept import Endpoint, Incoming, UrlBusy, accept_lead, first_sight
from senders import ParsedLead

BODY = {"name": "Spring form", "brand": "Example Co"}
THREADS = 5
ROUNDS = 6


@pytest.fixture
def integration(api):
    """An active integration without a duplicate window, as POST answered it."""
    with transaction() as session:
        approved = PhoneNumberStatus.APPROVED
        session.add(
            PhoneNumber(account_id=api.account_id, number="+12025550100", status=approved)
        )
    return api.post("/integration", BODY | {"duplicate_window_hours": 0}).json


class Stream:
    """Leads that are sent to one URL from several threads."""

    def __init__(self, endpoint_url):
        self.endpoint = Endpoint.of(endpoint_url.rpartition("/")[2])
        self.known = first_sight(self.endpoint, _incoming("first")).known
        self.outcomes = Counter()
        self.stopped = Event()
        self._numbers = itertools.count()

    def run(self):
        while not self.stopped.is_set():
            number = next(self._numbers)
            lead = ParsedLead(
                first_name="Jane",
                last_name="Doe",
                phone=f"+12025550{100 + number % 100}",
                email=None,
                sender="json",
                sender_lead_id=f"lead-{number}",
            )
            try:
                verdict = accept_lead(self.endpoint, self.known, lead, _incoming(str(number)))
            except UrlBusy:
                self.outcomes["busy"] += 1
            else:
                self.outcomes[verdict.outcome] += 1

    def await_more(self, outcome, many):
        wanted = self.outcomes[outcome] + many
        deadline = time.monotonic() + 10
        while self.outcomes[outcome] < wanted:
            assert time.monotonic() < deadline, self.outcomes
            time.sleep(0.001)


@contextmanager
def streaming(endpoint_url):
    stream = Stream(endpoint_url)
    threads = [Thread(target=stream.run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    try:
        yield stream
    finally:
        stream.stopped.set()
        for thread in threads:
            thread.join()


def _incoming(request_id):
    return Incoming(b"{}", "application/json", request_id)


def _leads_at(endpoint_url):
    digest = Endpoint.of(endpoint_url.rpartition("/")[2]).token_hash
    query = (
        select(func.count())
        .select_from(Lead)
        .join(EndpointToken, EndpointToken.id == Lead.token_id)
        .where(EndpointToken.token_hash == digest)
    )
    with transaction() as session:
        return session.scalar(query)


@pytest.mark.parametrize(
    ("method", "path", "after"),
    [
        ("post", "/integration/deactivate", "paused"),
        ("post", "/integration/regenerate-url", "retired"),
        ("delete", "/integration", "retired"),
    ],
)
def test_promise_4_nothing_is_accepted_after_the_answer(api, integration, method, path, after):
    for _ in range(ROUNDS):
        if api.get("/integration").status_code == 404:
            api.post("/integration", BODY | {"duplicate_window_hours": 0})
        url = api.post("/integration/activate").json["integration"]["endpoint_url"]

        with streaming(url) as stream:
            stream.await_more("accepted", 20)
            answer = getattr(api, method)(path)
            visible = _leads_at(url)
            stream.await_more(after, 20)

        assert answer.status_code == 200
        assert _leads_at(url) == visible


def test_rule_5_two_new_urls_at_once_come_one_after_the_other(api, integration):
    barrier = Barrier(2)

    def regenerate(_):
        barrier.wait()
        return api.post("/integration/regenerate-url")

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(regenerate, range(2)))

    urls = [answer.json["integration"]["endpoint_url"] for answer in answers]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({*urls, integration["endpoint_url"]}) == 3
    assert api.get("/integration").json["endpoint_url"] in urls
    with transaction() as session:
        retired = select(func.count()).where(EndpointToken.retired_at.is_not(None))
        assert session.scalar(retired) == 2


def test_rule_1_two_integrations_at_once_become_one(api):
    barrier = Barrier(2)

    def make(_):
        barrier.wait()
        return api.post("/integration", BODY).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(make, range(2)))

    assert statuses == [201, 409]


def test_closing_gives_up_with_503_while_a_lead_is_being_stored(api, integration):
    """A stuck accept call holds its shared lock: the URL stays open, and the answer says so."""
    with transaction() as stuck:
        lock = Endpoint.of(integration["endpoint_url"].rpartition("/")[2]).token_lock
        stuck.execute(select(func.pg_advisory_xact_lock_shared(lock)))

        answer = api.post("/integration/deactivate")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    with transaction() as session:
        assert Integration.of_account(session, api.account_id).status == "active"
    assert api.post("/integration/deactivate").status_code == 200
