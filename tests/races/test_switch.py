"""F30: a closing of the URL against leads that come in. I4: none is taken after its answer.

F32: the refresher of the gate against a closing, and against a Redis that is emptied: what was
closed is never opened again by whoever read before.
"""

import time

import pytest

from models import autocommit
from models.accept import Endpoint
from workers import gate, gate_keeper
from workers.gate import GATE
from workers.gate_keeper import refresh_gate
from workers.redis_run import client

SENDERS = 3


def path_of(api):
    """The live URL, opened, or that of a new integration where the last one was deleted."""
    if api.get("/integration").status_code == 404:
        api.post("/integration", {"name": "Form", "brand": "Example Co"})
    shown = api.post("/integration/activate").json["integration"]
    return "/hooks/" + shown["endpoint_url"].rpartition("/")[2]


def hash_of(path):
    return Endpoint.of(path.removeprefix("/hooks/")).token_hash.hex()


@pytest.mark.parametrize(
    ("method", "verb", "refusal"),
    [
        ("post", "/integration/deactivate", 423),
        ("post", "/integration/regenerate-url", 410),
        ("delete", "/integration", 410),
    ],
)
def test_f30_no_lead_is_taken_after_a_closing_was_answered(
    racing, api, person, tie, method, verb, refusal
):
    race = tie("lead", "closing")
    for _ in race.rounds(1 / 2):
        path = path_of(api)
        racing.change("UPDATE integrations SET rate_limit = 0")

        def send(path=path):
            started = time.monotonic()
            return racing.client.post(path, json=person()).status_code, started

        def close():
            answer = getattr(api, method)(verb)
            return answer.status_code, time.monotonic(), visible(racing)

        sent, (status, answered, seen), *others = race.start(
            send, close, *[send] * (SENDERS - 1)
        )

        leads = [sent, *others]
        assert status == 200
        assert {code for code, _ in leads} <= {202, refusal}
        assert all(started < answered for code, started in leads if code == 202)
        assert visible(racing) == seen
        assert racing.client.post(path, json=person()).status_code == refusal
        race.won("lead" if sent[0] == 202 else "closing")


def visible(story):
    return story.value("SELECT count(*) FROM leads")


def test_f32_refresher_that_read_before_does_not_open_what_was_closed(
    durable, racing, api, tie, monkeypatch
):
    read, url_hash = [], None
    write = gate_keeper.refresh

    def refresh(begun, urls):
        read.extend(url.is_open for url in urls if url.token_hash == url_hash)
        return write(begun, urls)

    monkeypatch.setattr(gate_keeper, "refresh", refresh)
    race = tie("read before", "read after")
    for _ in race.rounds():
        path = path_of(api)
        url_hash = hash_of(path)
        load()
        assert client().hget(GATE, url_hash).endswith(b":open")
        read.clear()

        _, answer = race.start(load, lambda: api.post("/integration/deactivate"))

        assert answer.status_code == 200
        assert client().hget(GATE, url_hash).endswith(b":closed")
        assert gate.accept(url_hash, "a lead", {}) == "closed"
        race.won("read before" if read == [True] else "read after")


def test_f32_refresher_does_not_load_what_it_read_before_redis_was_emptied(
    durable, racing, api, tie
):
    """Emptied, the gate forgets what was closed: only a whole new look may open anything."""
    names = "emptied last", "emptied first", "emptied in between"
    race = tie(*names[:2], needs=names)
    for _ in race.rounds():
        path = path_of(api)
        url_hash = hash_of(path)
        load()

        def close_and_empty():
            status = api.post("/integration/deactivate").status_code
            client().flushall()
            return status

        many, status = race.start(load, close_and_empty)

        state = client().hget(GATE, url_hash)
        assert status == 200
        assert state is None or state.endswith(b":closed")
        assert gate.accept(url_hash, "a lead", {}) == "closed"
        emptied = "emptied first" if state else "emptied last"
        race.won(emptied if many else "emptied in between")


def load():
    with autocommit() as connection:
        return refresh_gate(connection)
