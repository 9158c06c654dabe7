"""GET /metrics: parsed as Prometheus does, with real stores that are there or away."""

import time

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

import config
from models import QueuePause, autocommit, transaction
from models.figures import count_figures
from models.job_counts import BUCKETS_MS
from models.timeline import Actor
from workers.connection import connect
from workers.counts import Counts, Ending
from workers.rollup import roll_up_recent

TOKEN = {"Authorization": "Bearer a token for tests only"}


@pytest.fixture
def scrape(client):
    """Return the value of each sample, by its name and labels."""

    def scrape():
        answer = client.get("/metrics", headers=TOKEN)
        assert answer.status_code == 200
        return {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }

    return scrape


@pytest.mark.parametrize("sent", [None, "", "Bearer", "Bearer other", "Basic abc", "Bearer é"])
def test_nobody_reads_them_without_the_token(client, sent):
    headers = {} if sent is None else {"Authorization": sent}

    answer = client.get("/metrics", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_without_a_token_in_the_settings_there_is_nothing(client, monkeypatch):
    monkeypatch.setattr(config, "METRICS_TOKEN", "")

    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_jobs_are_counted_with_their_durations(scrape, app):
    counts = Counts()
    counts.add("process_lead", Ending.DONE, 0.02)
    counts.add("process_lead", Ending.FAILED, 99)
    with connect(seconds=1) as client:
        client.flushdb()
        counts.flush(client)
    with autocommit() as connection:
        roll_up_recent(connection)

    found = scrape()

    assert found["optin_jobs_total", "done", "process_lead"] == 1
    assert found["optin_jobs_total", "failed", "process_lead"] == 1
    assert found["optin_job_duration_seconds_bucket", "0.025", "process_lead"] == 1
    assert found["optin_job_duration_seconds_bucket", "+Inf", "process_lead"] == 2
    assert found["optin_job_duration_seconds_sum", "process_lead"] == pytest.approx(99.02)
    assert len([key for key in found if key[0].endswith("_bucket")]) == len(BUCKETS_MS) + 1


def test_leads_queues_and_what_stands_still_are_told(scrape, story, simulator):
    story.delivered()
    story.post(phone="+1 202 555 0143")
    story.change("UPDATE leads SET received_at = received_at - interval '1 hour'")
    with autocommit() as connection:
        count_figures(connection)
    with transaction() as session:
        QueuePause.begin(session, "sms", Actor(name="Olga"))

    found = scrape()

    assert found["optin_leads", "joined"] == 1
    assert found["optin_deliveries", "delivered"] == 1
    assert found["optin_leads_unprocessed",] == 1
    assert found["optin_lead_oldest_unprocessed_seconds",] >= 3_600
    assert found["optin_queue_paused", "sms"] == 1
    assert found["optin_queue_paused", "leads"] == 0
    assert found["optin_queue_jobs", "ready", "sms"] >= 0
    assert found["optin_queue_workers", "sms"] == 0
    assert found["optin_workers",] == 0
    assert found["optin_intake", "postgres"] == 1
    assert found["optin_up", "postgresql"] == found["optin_up", "redis"] == 1
    assert found["optin_redis_memory_bytes",] > 0
    assert found["optin_spool_entries", "leads"] == 0
    assert found["optin_database_breaker_open",] == 0
    assert found["optin_alarms_open", "silence"] == 0


def test_redis_that_is_away_is_a_number_and_the_rest_is_told(scrape, monkeypatch):
    monkeypatch.setattr(config, "REDIS_URL", "redis://127.0.0.1:1/0")

    found = scrape()

    assert found["optin_up", "redis"] == 0
    assert found["optin_up", "postgresql"] == 1
    assert ("optin_workers",) not in found
    assert found["optin_leads_unprocessed",] == 0


def test_postgresql_that_does_not_answer_in_time_is_a_number(scrape, app):
    with transaction() as blocker:
        blocker.execute(text("LOCK TABLE queue_pauses"))
        begun = time.monotonic()

        found = scrape()

    assert time.monotonic() - begun < 5
    assert found["optin_up", "postgresql"] == 0
    assert found["optin_up", "redis"] == 1
    assert ("optin_leads_unprocessed",) not in found
    assert found["optin_workers",] == 0
