"""One statement under the deadline of Path P, and what its failure means to the sender.

The deadline is on our own clock: a stopped server fires none of its own limits. After an error
the connection is thrown away, and nobody knows whether the statement was carried out.
"""

import time
from typing import Any, LiteralString

import psycopg
from psycopg.errors import DeadlockDetected, LockNotAvailable
from psycopg_pool import PoolTimeout

from models.db import hurried

#: Path P as a whole, and the part of it that may go into waiting for a connection.
BUDGET_SECONDS = 0.7
CHECKOUT_SECONDS = 0.2


class AcceptError(Exception):
    """The lead was not stored, as far as we know."""

    #: The failure of a call that another request has shared, and was told of first.
    is_echo = False


class UrlBusy(AcceptError):
    """Somebody holds the URL's or the person's lock: ask the sender to try again."""


class DatabaseAway(AcceptError):
    """PostgreSQL did not answer in time. It may have stored the lead all the same."""


class DatabaseHangs(DatabaseAway):
    """PostgreSQL took all of the time it had: do not have others wait as long."""


class Unstorable(DatabaseAway):
    """PostgreSQL is well, but cannot store this. Others in the same call are not to blame."""


def rows(statement: LiteralString, arguments: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Run one statement, a transaction of its own; return what it returns.

    Raises UrlBusy, DatabaseAway.
    """
    deadline = time.monotonic() + BUDGET_SECONDS
    try:
        with hurried(deadline, CHECKOUT_SECONDS) as connection:
            return connection.execute(statement, arguments, prepare=True).fetchall()
    except (LockNotAvailable, DeadlockDetected) as error:
        raise UrlBusy("another request holds this URL or this person") from error
    except psycopg.DataError as error:
        raise Unstorable(type(error).__name__) from error
    except (psycopg.Error, PoolTimeout) as error:
        away = DatabaseHangs if time.monotonic() >= deadline else DatabaseAway
        raise away(type(error).__name__) from error
