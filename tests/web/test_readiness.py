"""What /readyz says, with real servers that are there, away, or not as they should be."""

from contextlib import contextmanager

import psycopg
import pytest
import redis
from alembic.script import ScriptDirectory
from sqlalchemy import text

import config
from models import transaction
from models.db import _pool
from web import readiness
from workers import health

DURABLE = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}


@pytest.fixture
def redis_settings():
    """Set Redis as asked while the test runs."""
    with redis.Redis.from_url(config.REDIS_URL) as client:
        before = client.config_get(*DURABLE)

        def set_to(settings):
            for name, value in settings.items():
                client.config_set(name, value)

        yield set_to
        set_to(before)


@contextmanager
def revision(number):
    """Let the database say that it stands at this migration."""
    with transaction() as session:
        before = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = :n"), {"n": number})
    try:
        yield
    finally:
        with transaction() as session:
            set_back = text("UPDATE alembic_version SET version_num = :n")
            session.execute(set_back, {"n": before})


def test_all_is_well_with_a_durable_redis(client, redis_settings):
    redis_settings(DURABLE)

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json == {
        "status": "ok",
        "database": "ok",
        "redis": "ok",
        "redis_durable": True,
        "migrations": "ok",
        "intake": "postgres",
    }


@pytest.mark.parametrize("setting", DURABLE)
def test_redis_that_may_forget_is_told(client, redis_settings, setting):
    other = {"appendonly": "no", "appendfsync": "everysec", "maxmemory-policy": "allkeys-lru"}
    redis_settings(DURABLE | {setting: other[setting]})

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert (answer.json["status"], answer.json["redis_durable"]) == ("degraded", False)


def test_redis_that_is_away_does_not_stop_leads(client, monkeypatch):
    monkeypatch.setattr(config, "REDIS_URL", "redis://127.0.0.1:1/0")

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json["status"] == "degraded"
    assert answer.json["redis"] == "down"
    assert answer.json["intake"] == "postgres"


@pytest.mark.parametrize("word", [True, False])
def test_operators_word_counts_where_config_is_refused(redis_settings, monkeypatch, word):
    with redis.Redis.from_url(config.REDIS_URL) as client:
        client.acl_setuser(
            "hosted", enabled=True, nopass=True, commands=["+ping", "+client", "+select"]
        )
        monkeypatch.setattr(config, "REDIS_DURABLE", word)
        connect = health.connect

        def as_hosted(*, seconds):
            made = connect(seconds=seconds)
            made.connection_pool.connection_kwargs |= {"username": "hosted", "password": "-"}
            return made

        monkeypatch.setattr(health, "connect", as_hosted)

        found = health.redis_health()

        client.acl_deluser("hosted")
    assert found == (True, word)


def test_nothing_durable_is_503(client, monkeypatch):
    def away(*_):
        raise psycopg.OperationalError

    monkeypatch.setattr(_pool, "getconn", away)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json["status"] == "down"
    assert answer.json["database"] == "down"
    assert answer.json["migrations"] == "unknown"
    assert answer.json["intake"] == "closed"


@pytest.mark.parametrize(("number", "said"), [("0001", "pending"), ("9999", "newer")])
def test_database_of_another_migration_is_told(client, redis_settings, number, said):
    redis_settings(DURABLE)

    with revision(number):
        answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json["migrations"] == said
    assert answer.json["status"] == ("degraded" if said == "pending" else "ok")


def test_our_migrations_are_those_that_alembic_finds():
    scripts = list(ScriptDirectory("migrations").walk_revisions())

    newest, revisions = readiness._known()  # noqa: SLF001

    assert newest == scripts[0].revision
    assert revisions == {script.revision for script in scripts}
