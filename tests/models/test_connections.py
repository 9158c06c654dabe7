"""The sum of connections is told at boot, and is a warning when there are too few."""

import logging

import pytest

import config
from models import autocommit
from models.connections import say_connections


@pytest.mark.parametrize(
    ("processes", "level", "sentence"),
    [
        (2, logging.INFO, "connections to PostgreSQL: up to 48 of 97 allowed"),
        (20, logging.WARNING, "connections to PostgreSQL: up to 192 of 97 allowed"),
    ],
)
def test_sum_of_connections_is_told_against_what_is_allowed(
    monkeypatch, caplog, processes, level, sentence
):
    monkeypatch.setattr(config, "WORKER_PROCESSES", processes)
    monkeypatch.setattr(config, "WEB_CONCURRENCY", 2)
    monkeypatch.setattr(config, "DATABASE_POOL", 8)

    with caplog.at_level(logging.INFO), autocommit() as connection:
        say_connections(connection)

    [told] = [each for each in caplog.records if each.name == "models.connections"]
    assert (told.levelno, told.getMessage()) == (level, sentence)
