"""Activity, jobs: who asked for what, how far it is, why rows failed, cancel and undo."""

from uuid import uuid4

import pytest

from models import Job, JobStatus, transaction
from tests.web.pages.conftest import said

HTMX = {"HX-Request": "true", "X-Poll": "1"}


@pytest.fixture
def make_job(owner):
    def make(**columns):
        given = {"kind": "move_to_group", "by_name": "Ana", "params": {"ids": []}} | columns
        with transaction() as session:
            job = Job(account_id=owner.account_id, **given)
            session.add(job)
            session.flush()
        return job

    return make


def test_empty_list_says_what_comes_here(owner):
    assert "Nothing has been asked for yet" in said(owner.get("/activity/jobs"))


def test_rule_28_job_tells_who_asked_how_far_it_is_and_why_rows_failed(owner, make_job):
    job = make_job(
        status=JobStatus.DONE,
        total=1_243,
        done=1_240,
        skipped=2,
        failures=[{"id": "an-id", "reason": "There is no such contact."}],
    )

    listed, shown = (
        said(owner.get("/activity/jobs")),
        said(owner.get(f"/activity/jobs/{job.id}")),
    )

    for words in ("Move to a group", "Ana", "1,240", "1,243"):
        assert words in listed
    assert "1,240 moved, 2 skipped (were there already), 1 not done" in shown
    assert "There is no such contact." in shown


def test_job_under_way_asks_for_itself_and_the_ended_one_does_not(owner, make_job):
    job = make_job(status=JobStatus.RUNNING, total=10, done=4)
    ended = make_job(status=JobStatus.DONE, total=10, done=10)

    running = owner.get(f"/activity/jobs/{job.id}")
    done = owner.get(f"/activity/jobs/{ended.id}", headers=HTMX)

    assert 'data-poll="1"' in running.text
    assert '<progress aria-label="Progress" max="10" value="4">' in running.text
    assert "data-poll" not in done.text


def test_rule_28_bulk_job_is_canceled(owner, make_job):
    job = make_job(total=10)

    answer = owner.post(f"/activity/jobs/{job.id}/cancel")

    shown = said(owner.get(answer.headers["Location"]))
    assert "canceled" in shown
    with transaction() as session:
        assert session.get_one(Job, job.id).cancel_requested


def test_job_that_has_ended_is_not_canceled(owner, make_job):
    job = make_job(status=JobStatus.DONE)

    assert owner.post(f"/activity/jobs/{job.id}/cancel").status_code == 409


def test_job_whose_time_is_over_offers_no_undo(owner, make_job):
    job = make_job(status=JobStatus.DONE, total=1, done=1)

    assert "/undo" not in owner.get(f"/activity/jobs/{job.id}").text
    assert owner.post(f"/activity/jobs/{job.id}/undo").status_code == 409


def test_poll_keeps_the_rows_and_counts_new_jobs(owner, make_job):
    first = make_job(total=5)
    make_job(kind="delete")

    answer = said(owner.get(f"/activity/jobs?shown={first.id}", headers=HTMX))

    assert "1 new job: show" in answer
    assert "Delete contacts" not in answer


def test_rule_30_stranger_sees_and_stops_no_job(owner, stranger, make_job):
    job = make_job(total=10)

    assert stranger.get(f"/activity/jobs/{job.id}").status_code == 404
    assert stranger.post(f"/activity/jobs/{job.id}/cancel").status_code == 404
    assert stranger.post(f"/activity/jobs/{job.id}/undo").status_code == 404
    assert "Ana" not in stranger.get(f"/activity/jobs?shown={job.id}", headers=HTMX).text
    assert owner.get(f"/activity/jobs/{uuid4()}").status_code == 404
