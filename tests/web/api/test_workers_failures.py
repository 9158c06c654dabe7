"""Failed jobs over the API: found, and run again or put away by an owner."""

from uuid import uuid4

import pytest
from sqlalchemy import delete

from models import FailedJob, Failure, Job, transaction


@pytest.fixture(autouse=True)
def _nothing_failed(app):
    """Forget what jobs of other tests have left: failures of the service are everybody's."""
    with transaction() as session:
        session.execute(delete(FailedJob))


@pytest.fixture
def member(api, make_somebody):
    return make_somebody(api.account_id, "member")


@pytest.fixture
def rung(monkeypatch):
    found = []
    monkeypatch.setattr("web.api.operations.doorbell.press", found.append)
    return found


@pytest.fixture
def add(app, account):
    """Write dead jobs of the account; return their ids as the API tells them."""

    def add(count=1, account_id=account, **fields):
        row = {
            "actor": "process_lead",
            "queue": "leads",
            "arguments": {"args": [str(uuid4())], "kwargs": {}},
            "state": "dead",
            "attempts": 4,
            "error_class": "builtins.ValueError",
            "fingerprint": "f1",
            "message": "broke",
        } | fields
        with transaction() as session:
            made = [
                FailedJob(message_id=str(uuid4()), account_id=account_id, **row)
                for _ in range(count)
            ]
            session.add_all(made)
            session.flush()
            return [str(job.id) for job in made]

    return add


def states():
    with transaction() as session:
        return {str(job.id): str(job.state) for job in session.query(FailedJob)}


def test_failures_are_grouped_by_actor_and_error(api, add):
    add(3)
    add(1, actor="send_text", queue="sms")

    first, second = api.get("/workers/causes").json["items"]

    assert (first["actor"], first["dead"], first["dead_more"]) == ("send_text", 1, False)
    assert (second["actor"], second["dead"], second["retrying"]) == ("process_lead", 3, 0)
    assert second["message"] == "broke"


def test_list_goes_page_by_page_with_nothing_twice_and_nothing_skipped(api, add):
    ids = add(7)
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/workers/failures?limit=3{cursor and '&cursor=' + cursor}").json
        seen += [job["id"] for job in page["items"]]
        cursor = page["next_cursor"]

    assert seen == ids[::-1]


def test_list_is_narrowed_by_state_actor_cause_and_words(api, add):
    (dead,) = add(1, message="out of paper")
    (done,) = add(1, state="done", actor="sweep", fingerprint="f2")

    def found(query):
        return [job["id"] for job in api.get(f"/workers/failures?{query}").json["items"]]

    assert found("state=done") == found("actor=sweep") == found("fingerprint=f2") == [done]
    assert found("q=paper") == found("q=valueerror&state=dead") == [dead]
    assert api.get("/workers/failures?state=lost").status_code == 422


def test_job_is_shown_with_its_runs_its_lead_and_nothing_personal(api, add, story):
    lead_id = story.post()
    arguments = {"args": [lead_id, "+1 202 555 0142", {"name": "Jane"}], "kwargs": {}}
    (failed,) = add(1, subject_id=lead_id, arguments=arguments)
    with transaction() as session:
        job = session.get_one(FailedJob, int(failed))
        for attempt in (1, 2):
            session.add(
                Failure(
                    actor=job.actor,
                    queue=job.queue,
                    message_id=job.message_id,
                    arguments=arguments,
                    attempt=attempt,
                    will_retry=attempt == 1,
                    error_class="ValueError",
                    fingerprint="f1",
                    message="broke",
                    traceback="Traceback: …",
                    request_id=None,
                )
            )

    told = api.get(f"/workers/failures/{failed}").json

    assert (told["lead_id"], told["lead_status"]) == (lead_id, "received")
    assert [run["attempt"] for run in told["runs"]] == [2, 1]
    assert told["runs"][0]["traceback"] == "Traceback: …"
    assert told["arguments"][0] == lead_id
    assert "2025550142" not in str(told["arguments"]).replace(" ", "")
    assert "Jane" not in str(told["arguments"])


def test_job_of_another_account_is_404_and_in_no_list(api, add, make_somebody, rung):
    (theirs,) = add(1)
    stranger = make_somebody()

    assert stranger.get(f"/workers/failures/{theirs}").status_code == 404
    assert stranger.post(f"/workers/failures/{theirs}/retry").status_code == 404
    assert stranger.delete(f"/workers/failures/{theirs}").status_code == 404
    assert stranger.get("/workers/failures").json["items"] == []
    assert stranger.get("/workers/causes").json["items"] == []
    skipped = stranger.post("/workers/failures/delete", {"ids": [theirs]}).json
    assert skipped == {"changed": 0, "skipped": 1}
    assert states() == {theirs: "dead"}


@pytest.mark.parametrize("wrong", ["0", "-1", "x", "1.5", "9" * 30, "9223372036854775808"])
def test_id_that_is_none_is_404(api, wrong):
    assert api.get(f"/workers/failures/{wrong}").status_code == 404


@pytest.mark.parametrize("state", ["dead", "retrying"])
def test_owner_runs_one_now(api, add, rung, state):
    (failed,) = add(1, state=state)

    answer = api.post(f"/workers/failures/{failed}/retry")

    assert (answer.status_code, answer.json) == (200, {"changed": 1, "skipped": 0})
    assert [message.actor_name for message in rung] == ["process_lead"]
    assert states() == {failed: "retrying"}


@pytest.mark.parametrize("state", ["done", "deleted"])
def test_job_that_has_ended_is_not_run_again(api, add, rung, state):
    (failed,) = add(1, state=state)

    assert api.post(f"/workers/failures/{failed}/retry").status_code == 409
    assert api.delete(f"/workers/failures/{failed}").status_code == 409
    assert rung == []


def test_owner_puts_one_away(api, add, rung):
    (failed,) = add(1)

    assert api.delete(f"/workers/failures/{failed}").json == {"changed": 1, "skipped": 0}
    assert (states(), rung) == ({failed: "deleted"}, [])


def test_selected_ones_are_done_and_those_that_ended_are_skipped(api, add, rung):
    dead = add(2)
    (done,) = add(1, state="done")

    answer = api.post("/workers/failures/retry", {"ids": [*dead, done, "x"]})

    assert answer.json == {"changed": 2, "skipped": 2}
    assert len(rung) == 2


def test_all_of_one_cause_are_an_admin_job_after_the_count_that_was_seen(api, add, rung):
    add(3)
    cause = {"actor": "process_lead", "fingerprint": "f1"}

    changed = api.post("/workers/failures/retry", {"cause": cause | {"expected": 2}})
    answer = api.post("/workers/failures/retry", {"cause": cause | {"expected": 3}})

    assert (changed.status_code, changed.json["code"]) == (409, "count-changed")
    assert (changed.json["expected"], changed.json["matched"]) == (2, 3)
    assert answer.status_code == 202
    assert answer.json["job"]["kind"] == "retry_failed_jobs"
    assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json['job']['id']}"
    assert [message.actor_name for message in rung] == ["run_job"]
    with transaction() as session:
        assert session.query(Job).count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": ["1"], "cause": {"actor": "a", "fingerprint": "f"}},
        {"ids": [1]},
        {"ids": ["1"] * 201},
        {"cause": {"actor": "a"}},
    ],
)
def test_choice_that_is_none_is_422(api, body):
    assert api.post("/workers/failures/retry", body).status_code == 422


def test_member_does_not_act_on_failures(member, add, rung):
    (failed,) = add(1)

    answers = [
        member.post(f"/workers/failures/{failed}/retry"),
        member.delete(f"/workers/failures/{failed}"),
        member.post("/workers/failures/delete", {"ids": [failed]}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert states() == {failed: "dead"}
