"""The pages of the workers: read by everybody, acted on by owners, all of it audited."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import delete

import config
from models import AuditEntry, FailedJob, Failure, Job, QueuePause, Schedule, autocommit
from models import transaction as transact
from models.job_counts import BUCKETS_MS, Counted, keep_minutes
from tests.failed_jobs import add_failed_jobs
from tests.web.pages.conftest import said
from web.pages.workers_parts import NOTHING, age, capped, duration, lookout, size
from workers import clock, finished
from workers.connection import connect


@pytest.fixture(autouse=True)
def redis_client():
    with connect(seconds=1) as client:
        client.flushdb()
        lookout.forget()
        yield client
    lookout.forget()


@pytest.fixture(autouse=True)
def _nothing_failed(app):
    """Forget what jobs of other tests have left: failures of the service are everybody's."""
    with transact() as session:
        session.execute(delete(FailedJob))


@pytest.fixture
def rung(monkeypatch):
    found = []
    monkeypatch.setattr("web.pages.frame.doorbell.press", found.append)
    return found


@pytest.fixture
def add(owner):
    """Write dead jobs of the owner's account; return their ids."""

    def add(count=1, account_id=owner.account_id, **fields):
        own = {
            "arguments": {"args": [str(uuid4()), "+1 202 555 0142"], "kwargs": {}},
            "message": "out of paper",
        }
        return add_failed_jobs(count, account_id, **own | fields)

    return add


def states():
    with transact() as session:
        return {job.id: str(job.state) for job in session.query(FailedJob)}


def audited(owner):
    with transact() as session:
        rows = session.query(AuditEntry).filter_by(account_id=owner.account_id)
        return [row.verb for row in rows.order_by(AuditEntry.id)]


def test_overview_shows_queues_actors_and_what_nobody_consumes(owner):
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    buckets = [0] * (len(BUCKETS_MS) + 1)
    buckets[2] = 4321
    with autocommit() as connection:
        counted = Counted(minute, "process_lead", 4320, 0, 1, 80_000, buckets)
        keep_minutes(connection, [counted])

    for window in ("1h", "24h", "7d"):
        answer = owner.get(f"/workers?window={window}")

        assert answer.status_code == 200
        words = said(answer)
        assert "process_lead 4,320 0 1" in words
        assert "No worker consumes admin, leads, receipts, sms, sweeps" in words
        assert "noeviction" in words
    assert owner.get("/workers?window=1y").status_code == 404


def test_overview_says_so_while_redis_is_away(owner, monkeypatch):
    monkeypatch.setattr(config, "REDIS_URL", "redis://127.0.0.1:1/0")

    for path in ("/workers", "/workers/queues/leads"):
        answer = owner.get(path)

        assert answer.status_code == 200
        assert "Redis does not answer" in said(answer)


def test_live_part_is_a_fragment_that_asks_for_itself_again(owner, add):
    clock.make_known()
    (job,) = add(1, state="retrying")
    for path in (
        "/workers?window=24h",
        "/workers/queues/leads",
        "/workers/failures",
        "/workers/schedules",
        f"/workers/failures/jobs/{job}",
    ):
        part = owner.get(path, headers={"HX-Request": "true"})

        assert part.status_code == 200
        assert "<html" not in part.text
        assert f'hx-get="{path}"' in part.text


def test_owner_pauses_a_queue_and_lets_it_go_on(owner):
    paused = owner.post("/workers/queues/sms/pause", {"next": "/workers/queues/sms"})

    assert (paused.status_code, paused.location) == (303, "/workers/queues/sms")
    words = said(owner.get("/workers/queues/sms"))
    assert "paused by Owner 1" in words
    assert "“sms” is paused" in words
    elsewhere = owner.post("/workers/queues/sms/resume", {"next": "https://example.com"})
    assert elsewhere.location == "/workers"
    with transact() as session:
        assert QueuePause.all(session) == {}
    assert audited(owner) == ["paused a queue", "let a queue go on"]
    assert owner.get("/workers/queues/nothing").status_code == 404


def test_failures_are_grouped_by_cause_and_lead_to_their_jobs(owner, add):
    add(2)
    add(1_001, fingerprint="f2", error_class="KeyError")

    causes = owner.get("/workers/failures")
    jobs = owner.get("/workers/failures/jobs?actor=process_lead&fingerprint=f2")

    assert "KeyError out of paper 1,000+ 0" in said(causes)
    assert "builtins.ValueError out of paper 2 0" in said(causes)
    assert "Retry all 1,001 dead" in said(jobs)
    assert 'pattern="1001"' in jobs.text  # deleting so many asks for the number
    assert 'rel="next"' in jobs.text


def test_search_is_in_the_address_and_finds_by_words_and_lead(owner, add):
    lead = uuid4()
    add(1, message="out of ink", subject_id=lead)
    add(1)

    for q in ("ink", str(lead)):
        words = said(owner.get(f"/workers/failures/jobs?q={q}&state=&actor="))

        assert "out of ink" in words
        assert "out of paper" not in words
    assert "No failed job is like that" in said(owner.get("/workers/failures/jobs?q=glue"))
    assert owner.get("/workers/failures/jobs?state=lost").status_code == 422


def test_job_page_has_masked_arguments_runs_and_what_can_be_done(owner, add):
    (dead,) = add(1, request_id="req-9")
    with transact() as session:
        job = session.get_one(FailedJob, dead)
        session.add(
            Failure(
                actor=job.actor,
                queue=job.queue,
                message_id=job.message_id,
                arguments=job.arguments,
                attempt=4,
                will_retry=False,
                error_class="ValueError",
                fingerprint="f1",
                message="out of paper",
                traceback="Traceback <of> it",
                request_id="req-9",
            )
        )

    answer = owner.get(f"/workers/failures/jobs/{dead}")

    assert "Traceback &lt;of&gt; it" in answer.text
    assert "req-9" in answer.text
    assert "202 555 0142" not in answer.text
    assert "Retry" in said(answer)


@pytest.mark.parametrize(("verb", "state"), [("retry", "retrying"), ("delete", "deleted")])
def test_marked_jobs_are_done_and_the_list_is_shown_again(owner, add, rung, verb, state):
    first, second, third = add(3)
    back = "/workers/failures/jobs?state=dead"

    answer = owner.post(
        "/workers/failures/act", {"verb": verb, "id": [str(first), str(third)], "next": back}
    )

    assert (answer.status_code, answer.location) == (303, back)
    assert states() == {first: state, second: "dead", third: state}
    assert len(rung) == (2 if verb == "retry" else 0)
    assert len(audited(owner)) == 1


def test_all_of_a_cause_are_done_by_a_job_after_the_count_was_seen(owner, add, rung):
    add(3)
    form = {"verb": "retry", "actor": "process_lead", "fingerprint": "f1"}

    changed = owner.post("/workers/failures/act-on-cause", form | {"expected": "2"})
    untyped = owner.post(
        "/workers/failures/act-on-cause", form | {"expected": "3", "typed": "4"}
    )
    answer = owner.post("/workers/failures/act-on-cause", form | {"expected": "3"})

    assert (changed.status_code, untyped.status_code) == (409, 422)
    with transact() as session:
        (job,) = session.query(Job).all()
    assert answer.location == f"/activity/jobs/{job.id}"
    assert (job.kind, job.total, job.account_id) == ("retry_failed_jobs", 3, owner.account_id)
    assert [message.actor_name for message in rung] == ["run_job"]


def test_schedules_are_shown_run_and_disabled(owner, rung):
    clock.make_known()

    owner.post("/workers/schedules/due texts/run")
    owner.post("/workers/schedules/retention/switch", {"disabled": "1"})

    assert [message.args for message in rung] == [("due texts",)]
    words = said(owner.get("/workers/schedules"))
    assert f"retention 15 min {NOTHING} {NOTHING}" in words
    assert "disabled" in words
    with transact() as session:
        disabled = [each.name for each in Schedule.all(session) if each.disabled]
    assert disabled == ["retention"]
    owner.post("/workers/schedules/retention/switch")
    with transact() as session:
        assert not any(each.disabled for each in Schedule.all(session))
    assert audited(owner) == ["ran a schedule", "disabled a schedule", "enabled a schedule"]
    assert owner.post("/workers/schedules/nothing/run").status_code == 404


def test_member_reads_everything_and_is_offered_nothing(member, add, rung):
    (dead,) = add(1)
    clock.make_known()

    for path in (
        "/workers",
        "/workers/queues/sms",
        "/workers/failures",
        "/workers/failures/jobs",
        f"/workers/failures/jobs/{dead}",
        "/workers/schedules",
    ):
        answer = member.get(path)

        assert answer.status_code == 200
        assert 'action="/workers/' not in answer.text.partition("<dialog")[0].replace(
            'action="/workers/failures/jobs"', ""
        )
    for path, form in (
        ("/workers/queues/sms/pause", {}),
        ("/workers/failures/act", {"verb": "retry", "id": str(dead)}),
        ("/workers/failures/act-on-cause", {"verb": "retry"}),
        ("/workers/schedules/retention/run", {}),
        ("/workers/schedules/retention/switch", {"disabled": "1"}),
    ):
        assert member.post(path, form).status_code == 403
    assert (states(), rung) == ({dead: "dead"}, [])


def test_job_of_another_account_is_nowhere(stranger, add, rung):
    (theirs,) = add(1)

    assert stranger.get(f"/workers/failures/jobs/{theirs}").status_code == 404
    assert "out of paper" not in said(stranger.get("/workers/failures"))
    assert "out of paper" not in said(stranger.get("/workers/failures/jobs"))
    stranger.post("/workers/failures/act", {"verb": "delete", "id": str(theirs)})
    assert states() == {theirs: "dead"}


def test_ended_jobs_of_other_accounts_are_left_out(owner, stranger, redis_client):
    with transact() as session:
        job = Job(account_id=owner.account_id, kind="export")
        session.add(job)
        session.flush()
        job_id = str(job.id)
    ended = clock.sweep.message("retention").asdict()["message_timestamp"] / 1000
    for actor, argument in (("run_job", job_id), ("sweep", "retention")):
        row = finished.FinishedJob(actor, "admin", "m", argument, None, "done", 12, ended)
        redis_client.lpush(finished.KEY, finished.json.dumps(row))

    mine, theirs = said(owner.get("/workers")), said(stranger.get("/workers"))

    assert "run_job" in mine
    assert "run_job" not in theirs
    assert "sweep retention" in theirs


def test_nobody_sees_anything_without_signing_in(visitor):
    answer = visitor.get("/workers")

    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/workers")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (age(None), NOTHING),
        (age(0.4), "0 s"),
        (age(119), "119 s"),
        (age(120), "2 min"),
        (age(7_300), "2 h"),
        (age(200_000), "2 d"),
        (duration(None), NOTHING),
        (duration(12.4), "12 ms"),
        (duration(30_000), "30.0 s"),
        (size(0), "0 B"),
        (size(1_536), "2 KiB"),
        (size(150 * 1024 * 1024), "150 MiB"),
        (size(3 * 1024**3), "3.0 GiB"),
        (capped(1_000), "1,000"),
        (capped(1_001), "1,000+"),
    ],
)
def test_figures_are_said_in_few_words(given, words):
    assert given == words
