"""The pool of connections, and what a lost one costs."""

import time

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

import config
from models import autocommit, transaction
from models.db import hurried, snapshot, within

KILL_MYSELF = "SELECT pg_terminate_backend(pg_backend_pid())"


def test_more_lost_connections_than_the_pool_holds_leave_it_usable():
    for _ in range(config.DATABASE_POOL + 2):
        with pytest.raises(OperationalError), transaction() as session:
            session.execute(text(KILL_MYSELF))
        with pytest.raises(OperationalError), autocommit() as connection:
            connection.execute(text(KILL_MYSELF))

    with transaction() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_more_lost_hurried_connections_than_the_pool_holds_leave_it_usable():
    for _ in range(config.DATABASE_POOL + 2):
        with pytest.raises(psycopg.Error), hurried(time.monotonic() + 5, 1) as connection:
            connection.execute(KILL_MYSELF)

    with hurried(time.monotonic() + 5, 1) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("rounds", [config.DATABASE_POOL + 2])
def test_server_that_does_not_answer_is_left_at_the_deadline(rounds):
    for _ in range(rounds):
        begun = time.monotonic()
        with pytest.raises(OperationalError), within(0.1), transaction() as session:
            session.execute(text("SELECT pg_sleep(10)"))
        assert time.monotonic() - begun < 2

    with transaction() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_connection_of_a_snapshot_is_lent_on_as_it_was():
    def isolation(connection):
        return connection.execute(text("SHOW transaction_isolation")).scalar_one()

    for _ in range(config.DATABASE_POOL + 2):
        with snapshot() as session:
            assert isolation(session) == "repeatable read"
        with transaction() as session:
            assert isolation(session) == "read committed"
        with autocommit() as connection:
            assert isolation(connection) == "read committed"
