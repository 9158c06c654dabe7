"""The workers' side over the API: what waits, what is paused, how much was done."""

from datetime import UTC, datetime

import pytest

import config
from models import AuditEntry, QueuePause, Schedule, autocommit, transaction
from models.job_counts import BUCKETS_MS, Counted, keep_minutes
from workers import clock
from workers.connection import connect
from workers.sweeps import SWEEPS

QUEUES = ["admin", "leads", "receipts", "sms", "sweeps"]


@pytest.fixture
def member(api, make_somebody):
    return make_somebody(api.account_id, "member")


@pytest.fixture(autouse=True)
def _empty_redis():
    with connect(seconds=1) as client:
        client.flushdb()


def pauses():
    with transaction() as session:
        return set(QueuePause.all(session))


def test_overview_names_queues_workers_and_what_nobody_consumes(api):
    told = api.get("/workers").json

    assert [queue["name"] for queue in told["queues"]] == QUEUES
    assert told["workers"] == []
    assert told["unattended"] == QUEUES
    assert told["redis"]["eviction_policy"] == "noeviction"
    assert told["redis"]["used_bytes"] > 0


def test_overview_is_told_while_redis_is_away_and_the_queues_are_not(api, monkeypatch):
    monkeypatch.setattr(config, "REDIS_URL", "redis://127.0.0.1:1/0")

    assert api.get("/workers").json["redis"] is None
    answer = api.get("/workers/queues")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_owner_pauses_a_queue_and_lets_it_go_on(api):
    paused = api.post("/workers/queues/sms/pause")

    queue = api.get("/workers/queues/sms").json
    assert (paused.status_code, paused.json) == (200, {"queue": "sms", "paused": True})
    assert queue["paused"]["by"] == "Owner 1"
    assert api.post("/workers/queues/sms/pause").status_code == 200
    assert pauses() == {"sms"}

    assert api.post("/workers/queues/sms/resume").json == {"queue": "sms", "paused": False}
    assert api.get("/workers/queues/sms").json["paused"] is None
    assert api.post("/workers/queues/sms/resume").status_code == 200


def test_pause_is_audited(api):
    api.post("/workers/queues/sms/pause")

    with transaction() as session:
        (entry,) = session.query(AuditEntry).filter_by(account_id=api.account_id).all()
    assert (entry.by_name, entry.verb) == ("Owner 1", "API: Pause a queue")
    assert entry.subject == "workers/queues/sms/pause"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/workers/queues/sms/pause"),
        ("post", "/workers/queues/sms/resume"),
        ("post", "/workers/schedules/retention/run"),
    ],
)
def test_member_reads_and_does_not_act(member, method, path):
    clock.make_known()

    answer = getattr(member, method)(path)

    assert (answer.status_code, answer.json["code"]) == (403, "owner-only")
    assert pauses() == set()
    for readable in ("/workers", "/workers/queues", "/workers/schedules", "/workers/causes"):
        assert member.get(readable).status_code == 200


@pytest.mark.parametrize("name", ["nothing", "leads.DQ", "pauses"])
def test_queue_that_does_not_exist_is_404(api, name):
    assert api.get(f"/workers/queues/{name}").status_code == 404
    assert api.post(f"/workers/queues/{name}/pause").status_code == 404


def test_throughput_and_durations_are_told_for_each_window(api):
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    buckets = [0] * (len(BUCKETS_MS) + 1)
    buckets[2] = 4
    with autocommit() as connection:
        counted = Counted(minute, "process_lead", 3, 0, 1, 80, buckets)
        keep_minutes(connection, [counted])

    for window, points in (("1h", 60), ("24h", 144), ("7d", 168)):
        told = api.get(f"/workers/throughput?window={window}").json

        assert len(told["points"]) == points
        assert sum(point["done"] for point in told["points"]) == 3
        assert sum(point["failed"] for point in told["points"]) == 1
        (actor,) = told["actors"]
        assert (actor["actor"], actor["mean_ms"]) == ("process_lead", 20.0)
        assert 10 < actor["p50_ms"] < actor["p95_ms"] <= 25
    assert api.get("/workers/throughput?window=1y").status_code == 422
    assert api.get("/workers/throughput?actor=none").json["actors"] == []


def test_schedules_tell_when_next_and_can_be_disabled_and_run_at_once(api, monkeypatch):
    clock.make_known()
    rung = []
    monkeypatch.setattr("web.api.operations.doorbell.press", rung.append)

    listed = api.get("/workers/schedules").json
    disabled = api.patch("/workers/schedules/retention", {"disabled": True})
    run = api.post("/workers/schedules/retention/run")

    assert [each["name"] for each in listed["items"]] == sorted(SWEEPS)
    assert listed["clock_late"] is False
    assert (disabled.json["disabled"], disabled.json["next_at"]) == (True, None)
    assert "retention" not in clock_due()
    assert run.status_code == 202
    assert [(message.actor_name, message.args) for message in rung] == [
        ("sweep", ("retention",))
    ]
    enabled = api.patch("/workers/schedules/retention", {"disabled": False})
    assert enabled.json["next_at"] is not None


def clock_due():
    with transaction() as session:
        return {each.name for each in Schedule.all(session) if not each.disabled}


def test_clock_that_does_not_tick_is_told(api):
    clock.make_known()
    with transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE schedules SET next_at = now() - interval '1 minute'"
        )

    assert api.get("/workers/schedules").json["clock_late"] is True


def test_schedule_that_does_not_exist_is_404(api):
    clock.make_known()

    for path in ("/workers/schedules/nothing", "/workers/schedules/nothing/run"):
        assert (api.post if path.endswith("run") else api.get)(path).status_code == 404
