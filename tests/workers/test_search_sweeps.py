"""What the sweeps do for the search: new leads and rejections get what they are found by."""

import pytest

from models import autocommit
from workers.sweeps import SWEEPS, sweep


@pytest.fixture(autouse=True)
def _idle(monkeypatch):
    """Jobs that other tests left in Redis are nobody's work here."""
    monkeypatch.setattr("workers.sweeps.backlog", lambda queue_name: 0)


@pytest.fixture
def behind(_idle, monkeypatch):
    """Workers who have more than enough to do."""
    monkeypatch.setattr("workers.sweeps.backlog", lambda queue_name: 1_000)


def run(name):
    with autocommit() as connection:
        return SWEEPS[name].run(connection)


def test_new_lead_gets_its_terms_once(story):
    story.post()

    assert [run("leads to be found") for _ in range(2)] == [1, 0]
    assert story.value("SELECT count(*) FROM lead_search WHERE terms @@ 'jane'") == 1


def test_leads_wait_while_the_workers_are_behind(story, behind):
    story.post()

    assert run("leads to be found") == 0


def test_new_rejection_gets_its_terms_once(story):
    story.client.post(story.path, json={"first_name": "Jané", "phone": "(202) 555-0142"})

    assert [run("rejections to be found") for _ in range(2)] == [1, 0]
    terms = story.value("SELECT tsvector_to_array(terms) FROM rejections")
    assert {"jane", "#202", "#142"} <= set(terms)


def test_rejection_without_a_body_is_read_once_and_found_by_nothing(story):
    story.client.post(story.path, data=b"x" * 70_000, content_type="application/json")

    assert [run("rejections to be found") for _ in range(2)] == [1, 0]
    assert story.value("SELECT CAST(terms AS text) FROM rejections") == ""


def test_name_of_one_endless_word_is_kept(story):
    story.client.post(story.path, json={"first_name": "\ufdfa" * 5_000})

    assert run("rejections to be found") == 1


def test_runs_are_recorded(story):
    story.change(
        "INSERT INTO schedules (name, every_seconds, next_at, disabled)"
        " VALUES ('leads to be found', 5, now(), false)"
    )
    story.post()

    sweep("leads to be found")

    assert story.value("SELECT last_result FROM schedules") == "1"
