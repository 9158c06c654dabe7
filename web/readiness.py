"""GET /readyz: can this process take leads, and is all it leans on as it should be?

`down`, with 503, only when nothing durable can be reached: a balancer that took us out while
leads could still be stored would lose them. Everything less is `degraded`.
"""

import re
import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

import psycopg
from flask import Blueprint
from flask.typing import ResponseReturnValue
from psycopg_pool import PoolTimeout

import config
from models.calls import call
from models.db import hurried
from models.restores import IS_OPEN, STALE_SECONDS
from workers import gate
from workers.health import redis_health

bp = Blueprint("readiness", __name__)

DATABASE_SECONDS = 0.7
_VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"
_REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
_BEFORE = re.compile(r'^down_revision = "(\w+)"', re.MULTILINE)


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    migrations = _migrations()
    redis = redis_health()
    reachable = migrations is not None
    intake = "postgres" if reachable else "spool" if gate.is_open() else "closed"
    as_it_should_be = migrations in {"ok", "newer"} and redis.durable
    told = {
        "status": "down" if intake == "closed" else "ok" if as_it_should_be else "degraded",
        "database": "ok" if reachable else "down",
        "redis": "ok" if redis.reachable else "down",
        "redis_durable": redis.durable,
        "migrations": migrations or "unknown",
        "intake": intake,
    }
    if config.RESTORED:
        told["restored"] = _restored()
        if told["restored"] != "open" and told["status"] == "ok":
            told["status"] = "degraded"
    return told, 503 if intake == "closed" else 200


def _restored() -> str:
    """Say whether texts go again after a restore: `holding`, `open`, or not known."""
    try:
        row = call(IS_OPEN, STALE_SECONDS, seconds=DATABASE_SECONDS)
    except (psycopg.Error, PoolTimeout):
        return "unknown"
    return "open" if row and row[0] else "holding"


def _migrations() -> str | None:
    """Say how the database stands to our migrations; None when it does not answer."""
    deadline = time.monotonic() + DATABASE_SECONDS
    try:
        with hurried(deadline, DATABASE_SECONDS) as connection:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except psycopg.errors.UndefinedTable:
        return "pending"
    except psycopg.Error:
        return None
    found = {row[0] for row in rows}
    if found == {_known().newest}:
        return "ok"
    # During a deploy the release may be ahead of us: old code runs on the newer tables.
    return "newer" if found and not found & _known().revisions else "pending"


class _Migrations(NamedTuple):
    newest: str
    revisions: frozenset[str]


@cache
def _known() -> _Migrations:
    """Return what our own migrations say of themselves.

    Alembic would tell as well, but to load it costs a web process as much as Flask does.
    """
    files = [path.read_text(encoding="utf-8") for path in _VERSIONS.glob("*.py")]
    revisions = {found for text in files for found in _REVISION.findall(text)}
    before = {found for text in files for found in _BEFORE.findall(text)}
    [newest] = revisions - before
    return _Migrations(newest, frozenset(revisions))
