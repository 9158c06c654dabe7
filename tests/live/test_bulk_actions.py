"""Rule 28: bulk actions killed in the middle end complete and exactly once; canceled, at once.

The people are made by SQL: `bench.crowd` puts them where leads would have brought them.
"""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

PEOPLE = 100_000
#: Past the triggers, which would only write what searches and consent records need.
QUICKLY = "-c session_replication_role=replica -c synchronous_commit=off"

pytestmark = [pytest.mark.timeout(900), pytest.mark.alone]


@pytest.fixture(scope="module")
def copy(_start):
    """A copy of the service of its own, with a crowd in its opt-in queue."""
    service = _start()
    subprocess.run(
        [sys.executable, "-m", "bench.crowd", str(PEOPLE)],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"DATABASE_URL": database_url(service), "PGOPTIONS": QUICKLY},
        check=True,
    )
    yield service
    service.stop()


def database_url(service):
    return json.loads((service.home / "servers.json").read_text())["database_url"]


def ask(copy, kind, expected, folder="opt-in-queue", **given):
    chosen = {"filter": {"folder": folder}, "expected": expected}
    answer = copy.api("POST", "/actions", json={"kind": kind, "contacts": chosen} | given)
    assert answer.status_code == 202, answer.text
    return answer.json()["job"]


def ended(copy, until, job, seconds=400.0):
    return until(
        lambda: (
            (found := copy.get(f"/jobs/{job['id']}"))["status"] not in {"queued", "running"}
            and found
        ),
        seconds,
    )


def undone(copy, until, job):
    answer = copy.api("POST", f"/jobs/{job['id']}/undo")
    assert answer.status_code == 202, answer.text
    return ended(copy, until, answer.json()["job"])


def places(copy):
    """The first of the queue, with their places: the same after an undo."""
    page = copy.get("/contacts?folder=opt-in-queue&sort=oldest&limit=200")
    return [(each["id"], each["joined_queue_at"]) for each in page["items"]]


def told_of_all(copy):
    """What the timelines say, and of how many people: each once if both counts agree."""
    with psycopg.connect(database_url(copy)) as connection:
        told = connection.execute(
            "SELECT kind, count(*), count(DISTINCT contact_id) FROM timeline"
            " WHERE kind IN ('moved', 'undone') GROUP BY kind"
        ).fetchall()
    assert all(entries == people for _, entries, people in told)
    return {(kind, people) for kind, _, people in told}


def test_bulk_move_killed_in_the_middle_ends_complete_and_exactly_once(copy, until):
    before = places(copy)
    job = ask(copy, "move_to_group", PEOPLE, new_group="Killed")
    until(lambda: 0 < copy.get(f"/jobs/{job['id']}")["done"] < PEOPLE)

    killed = copy.kill("admin sweeps")

    done = ended(copy, until, job)
    assert killed > 0
    assert (done["status"], done["matched"]) == ("done", PEOPLE)
    assert (done["done"], done["skipped"], done["failures"]) == (PEOPLE, 0, [])
    assert copy.queue_length() == 0
    [group] = copy.get("/groups")["items"]
    assert group["count"] == PEOPLE
    told = copy.get(f"/contacts/{before[0][0]}/timeline")["items"]
    assert [entry["kind"] for entry in told].count("moved") == 1
    back = undone(copy, until, job)
    assert (back["done"], copy.queue_length(), places(copy)) == (PEOPLE, PEOPLE, before)
    assert told_of_all(copy) == {("moved", PEOPLE), ("undone", PEOPLE)}


def test_canceled_bulk_action_stops_within_two_seconds(copy, until):
    label = copy.api("POST", "/labels", json={"name": "Hot"}).json()
    job = ask(copy, "add_label", PEOPLE, label=label["id"])
    until(lambda: copy.get(f"/jobs/{job['id']}")["done"] > 0)

    answer = copy.api("POST", f"/jobs/{job['id']}/cancel")
    asked = time.monotonic()
    over = ended(copy, until, job, seconds=10)
    took = time.monotonic() - asked

    assert answer.status_code in {202, 409}
    assert over["total"] == over["done"] + over["skipped"] == PEOPLE
    assert took < 2
    labels = {each["name"]: each["count"] for each in copy.get("/labels")["items"]}
    assert labels["Hot"] == over["done"]
    assert undone(copy, until, job)["done"] == over["done"]


def test_import_holds_up_no_claim_of_a_text_for_a_second(copy, until):
    """What a claim waits for is the account's suppression lock, shared: it is taken here."""
    stop, waits = threading.Event(), []

    def keep_claiming():
        with psycopg.connect(database_url(copy), autocommit=True) as connection:
            account = connection.execute("SELECT account_id FROM integrations").fetchone()[0]
            while not stop.wait(0.01):
                begun = time.monotonic()
                connection.execute(
                    "SELECT pg_advisory_xact_lock_shared(suppression_lock(%s))", [account]
                )
                waits.append(time.monotonic() - begun)

    body = "\n".join(f"+1312{2_000_000 + number}" for number in range(50_000))
    claimer = threading.Thread(target=keep_claiming)
    claimer.start()
    try:
        answer = copy.upload("/suppressions/import?kind=dnc", body)
        done = ended(copy, until, answer.json()["job"])
    finally:
        stop.set()
        claimer.join()

    assert (done["status"], done["done"]) == ("done", 50_000)
    assert len(waits) > 10
    assert max(waits) < 1.0
