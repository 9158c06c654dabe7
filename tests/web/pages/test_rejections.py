"""Activity, rejections: why, the body, and the replay of one or of all that match. Rule 29."""

import pytest

from tests.story import Story
from tests.web.pages.conftest import said
from workers.admin import run_job


@pytest.fixture
def story(app, owner):
    return Story(app.test_client(), owner.account_id)


def refuse(story, **fields):
    """A request without a last name; return the rejection's id."""
    body = {"first_name": "Jane", "phone": "+1 202 555 0142"} | fields
    assert story.client.post(story.path, json=body).status_code == 422
    return story.value("SELECT id FROM rejections ORDER BY received_at DESC LIMIT 1")


def code_of(story, rejection):
    return story.value("SELECT code FROM rejections WHERE id = :id", id=rejection)


def job_of(answer):
    return answer.headers["Location"].rpartition("/")[2]


def test_nothing_refused_is_said(owner):
    assert "Nothing was refused" in said(owner.get("/activity/rejections"))


def test_rejection_tells_why_in_plain_words_and_shows_its_body(owner, story):
    rejection = refuse(story, note="<b>hi</b>")

    listed = said(owner.get("/activity/rejections"))
    one = owner.get(f"/activity/rejections/{rejection}")

    assert "Refused: last name missing" in listed
    assert "Refused: last name missing" in said(one)
    assert "&lt;b&gt;hi&lt;/b&gt;" in one.text


def test_list_is_filtered_by_reason_and_url(owner, story):
    code = code_of(story, refuse(story))
    story.client.post(story.path, data="{", content_type="application/json")

    narrowed = said(owner.get(f"/activity/rejections?code={code}"))

    assert "last name missing" in narrowed
    assert "Replay all 1 matching" in narrowed
    none = said(owner.get("/activity/rejections?url=retired"))
    assert "No request was refused for this reason" in none


def test_one_rejection_is_replayed_after_the_cause_is_mended(owner, story):
    rejection = refuse(story)
    unmended = story.value("SELECT count(*) FROM leads")
    story.change(
        "UPDATE rejections SET body = CAST(:body AS bytea)",
        body=b'{"first_name": "Jane", "last_name": "Doe", "phone": "+12025550142"}',
    )

    answer = owner.post(f"/activity/rejections/{rejection}/replay")

    lead = story.value("SELECT id FROM leads")
    assert unmended == 0
    assert answer.headers["Location"] == f"/activity/leads/{lead}"
    assert "the lead it has become" in said(owner.get(f"/activity/rejections/{rejection}"))
    assert owner.post(f"/activity/rejections/{rejection}/replay").status_code == 409


def test_all_that_match_are_replayed_and_the_rest_say_why(owner, story):
    code = code_of(story, refuse(story))
    good = (
        b'{"first_name": "Ann", "last_name": "%b", "phone": "+1202555%04d"}' % (name, number)
        for name, number in ((b"One", 150), (b"Two", 151))
    )
    for body in good:
        rejection = refuse(story)
        story.change(
            "UPDATE rejections SET body = :body WHERE id = :id", body=body, id=rejection
        )

    answer = owner.post("/activity/rejections/replay", {"code": code, "seen": "3"})
    run_job(job_of(answer))

    shown = said(owner.get(answer.headers["Location"]))
    assert story.value("SELECT count(*) FROM leads") == 2
    assert "2 done, 1 not done" in shown
    assert "last name" in shown.lower()
    assert "You saw" not in shown


def test_replay_of_all_goes_on_in_chunks_and_twice_does_no_harm(owner, story, monkeypatch):
    monkeypatch.setattr("workers.replays.CHUNK", 2)
    for number in range(5):
        rejection = refuse(story)
        body = b'{"first_name": "Ann", "last_name": "Lee", "phone": "+1202555%04d"}'
        story.change(
            "UPDATE rejections SET body = :body WHERE id = :id",
            body=body % (150 + number),
            id=rejection,
        )

    answer = owner.post("/activity/rejections/replay", {"seen": "4"})
    job_id = job_of(answer)
    run_job(job_id)
    half = story.value("SELECT done FROM jobs WHERE kind = 'replay'")
    for _ in range(4):
        run_job(job_id)

    assert half == 2
    assert story.value("SELECT done FROM jobs WHERE kind = 'replay'") == 5
    assert story.value("SELECT count(*) FROM leads") == 5
    assert "You saw 4, there were 5" in said(owner.get(f"/activity/jobs/{job_id}"))


def test_rule_28_replay_of_all_is_canceled_between_chunks_and_says_how_far_it_got(
    owner, story, monkeypatch
):
    monkeypatch.setattr("workers.replays.CHUNK", 2)
    monkeypatch.setattr("workers.admin.RUN_SECONDS", 0)  # a chunk a run
    for _ in range(5):
        refuse(story)
    answer = owner.post("/activity/rejections/replay", {"seen": "5"})
    job_id = job_of(answer)
    run_job(job_id)
    running = owner.get(answer.headers["Location"]).text

    canceled = owner.post(f"/activity/jobs/{job_id}/cancel")
    run_job(job_id)

    assert f"/activity/jobs/{job_id}/cancel" in running
    shown = said(owner.get(canceled.headers["Location"]))
    assert "Canceled: 0 done, 3 skipped (not reached, or known already), 2 not done" in shown
    assert story.value("SELECT status FROM jobs WHERE kind = 'replay'") == "cancelled"


def test_replay_while_paused_ends_with_the_reason(owner, story):
    refuse(story)
    story.switch("paused")

    answer = owner.post("/activity/rejections/replay", {})
    run_job(job_of(answer))

    assert "The integration is paused" in said(owner.get(answer.headers["Location"]))
    assert story.value("SELECT count(*) FROM rejections") == 1


def test_request_without_the_right_signature_is_replayed_only_by_itself(owner, story):
    rejection = refuse(story)
    story.change(
        "UPDATE rejections SET status = 401, code = 'bad-signature', body = :body",
        body=b'{"first_name": "Jane", "last_name": "Doe", "phone": "+12025550142"}',
    )

    offered = "Replay all" in said(owner.get("/activity/rejections"))
    owner.post("/activity/rejections/replay", {})
    before = story.value("SELECT count(*) FROM leads")
    owner.post(f"/activity/rejections/{rejection}/replay")

    assert not offered
    assert (before, story.value("SELECT count(*) FROM leads")) == (0, 1)


def test_nothing_left_to_replay_is_said(owner):
    answer = owner.post("/activity/rejections/replay", {})

    assert answer.headers["Location"] == "/activity/rejections"
    assert "nothing left to replay" in said(owner.get("/activity/rejections"))


def test_rule_30_stranger_sees_and_replays_nothing(owner, stranger, story):
    rejection = refuse(story)

    assert stranger.get(f"/activity/rejections/{rejection}").status_code == 404
    assert stranger.post(f"/activity/rejections/{rejection}/replay").status_code == 404
    assert "Nothing was refused" in said(stranger.get("/activity/rejections"))
