"""The same lead from everywhere at once: one row, one id, whichever way it comes in.

Row 89 of the catalog of bad input, from fifty connections of their own; and I5 between the two
ways of acceptance, when PostgreSQL comes back while a sender tries again.
"""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import psycopg
import pytest
from psycopg.errors import LockNotAvailable

import config
from models import autocommit
from models.accept import _ACCEPT as ACCEPT
from models.accept import Endpoint, first_sight
from models.incoming import Incoming, Submission
from senders import parse
from tests.races.tie import ROUNDS
from workers import gate
from workers.drain import drain
from workers.gate_keeper import refresh_gate
from workers.redis_run import client

CONNECTIONS = 50
KEYS = {"key": "a-key", "body": None}


class Url:
    """The story's URL, and a lead as the web makes it of a body."""

    def __init__(self, story):
        self.endpoint = Endpoint.of(story.path.removeprefix("/hooks/"))
        self.known = first_sight(self.endpoint, Incoming(b"{}", None, "a-request")).known

    def submission(self, fields, header_key):
        body = json.dumps(fields).encode()
        incoming = Incoming(body, "application/json", "a-request", header_key)
        read = parse(body, incoming.content_type, self.known.settings)
        return Submission.of(self.known.integration_id, self.known.version, read, incoming)

    def arguments(self, submission):
        key = submission.incoming.header_key
        head = self.endpoint.token_hash, self.endpoint.token_lock, self.known.version, key
        return head + submission.arguments(None)


@pytest.fixture
def url(racing):
    return Url(racing)


@pytest.fixture
def connections(app):
    address = config.DATABASE_URL.replace("+psycopg", "", 1)
    with ExitStack() as stack, ThreadPoolExecutor(CONNECTIONS) as pool:
        connect = [psycopg.connect(address, autocommit=True) for _ in range(CONNECTIONS)]
        yield pool, [stack.enter_context(each) for each in connect]


@pytest.mark.parametrize("key", KEYS)
def test_catalog_89_same_lead_from_fifty_connections_is_one_lead(
    racing, url, connections, person, key
):
    pool, open_ones = connections
    for turn in range(max(3, ROUNDS // 20)):
        submission = url.submission(person(), KEYS[key] and f"{KEYS[key]}-{turn}")
        start, arguments = Barrier(CONNECTIONS), url.arguments(submission)

        def accept(connection, arguments=arguments, start=start):
            start.wait(60)
            return answered(connection, arguments)

        answers = list(pool.map(accept, open_ones))

        assert Counter(outcome for outcome, _ in answers) == {
            "accepted": 1,
            "duplicate": CONNECTIONS - 1,
        }
        assert {lead_id for _, lead_id in answers} == {submission.lead_id()}
        assert racing.value("SELECT count(*) FROM leads") == turn + 1


def answered(connection, arguments):
    """Ask until it is answered: whoever waits too long for the lock is told to come again."""
    while True:
        try:
            outcome, lead_id, _ = connection.execute(ACCEPT, arguments).fetchone()
        except LockNotAvailable:
            continue
        return outcome, lead_id


@pytest.mark.parametrize("key", KEYS)
def test_i5_lead_in_the_spool_and_sent_again_is_one_lead(
    durable, racing, url, api, person, tie, rings, key
):
    """Path F has it; PostgreSQL is back, and the drain meets the sender's next attempt."""
    load()
    race = tie("drain", "sender")
    for turn in race.rounds():
        fields, header_key = person(), KEYS[key] and f"{KEYS[key]}-{turn}"
        submission = url.submission(fields, header_key)
        lead_id = str(submission.lead_id())
        token_hash = url.endpoint.token_hash.hex()
        entry = {"token_hash": token_hash, "submission": submission.to_json()}
        assert gate.accept(token_hash, lead_id, entry) == "accepted"
        rings.clear()

        def send(body=submission.incoming.body, key=header_key):
            headers = {"Idempotency-Key": key} if key else {}
            return racing.client.post(
                racing.path, data=body, content_type="application/json", headers=headers
            )

        drained, answer = race.start(drain, send)

        via = racing.value("SELECT via FROM leads WHERE id = :id", id=lead_id)
        assert drained == 1
        assert answer.json["lead_id"] == lead_id
        assert racing.value("SELECT count(*) FROM leads") == turn + 1
        assert answer.status_code == {"spool": 200, "postgres": 202}[via]
        race.won("drain" if via == "spool" else "sender")


def test_i5_i10_two_drains_at_once_store_and_count_off_each_lead_once(
    durable, racing, url, person, tie, rings
):
    load()
    token_hash = url.endpoint.token_hash.hex()
    race = tie("together", "apart", needs=("together",))
    for turn in race.rounds(1 / 3):
        wanted = set()
        for each in range(5):
            submission = url.submission(person(), f"key-{turn}-{each}")
            wanted.add(str(submission.lead_id()))
            entry = {"token_hash": token_hash, "submission": submission.to_json()}
            assert gate.accept(token_hash, str(submission.lead_id()), entry) == "accepted"

        counts = race.start(drain, drain)

        stored = racing.value(
            "SELECT jsonb_agg(id) FROM leads WHERE id = ANY(:ids)", ids=list(wanted)
        )
        assert set(stored) == wanted
        assert drain() == 0
        assert max(counts) == 5
        assert spooled_bytes() == 0
        race.won("together" if counts == [5, 5] else "apart")


def load():
    with autocommit() as connection:
        refresh_gate(connection)


def spooled_bytes():
    return int(client().get(gate.BYTES) or 0)
