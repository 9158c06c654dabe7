"""How many connections the processes may hold together, against what PostgreSQL allows."""

import logging

from sqlalchemy import Connection, text

import config

logger = logging.getLogger(__name__)

#: `bulk` and `clock`, one process each.
OTHERS = 2


def wanted() -> int:
    """Return how many connections all processes hold at most, as the settings say."""
    processes = config.WEB_CONCURRENCY + config.WORKER_PROCESSES + OTHERS
    return config.DATABASE_POOL * processes


def say_connections(connection: Connection) -> None:
    """Put the sum into the log; above what is allowed it is a warning."""
    allowed: int = connection.execute(_ALLOWED).scalar_one()
    level = logging.WARNING if wanted() > allowed else logging.INFO
    logger.log(level, "connections to PostgreSQL: up to %d of %d allowed", wanted(), allowed)


_ALLOWED = text("""
    SELECT least(
      current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int,
      nullif((SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user), -1),
      nullif((SELECT datconnlimit FROM pg_database WHERE datname = current_database()), -1))
""")
