"""The one pool of connections, the ways into it, the one base class.

`transaction()` is for work of several statements. `autocommit()` is for what is one statement.
`hurried()` is for the path of a lead into the database, which has a deadline on our own clock:
a stopped server fires none of its own limits.

The pool connects in threads of its own, so that a caller waits for a connection no longer
than it wants to, whatever the server does.
"""

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg_pool import ConnectionPool
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import NullPool

import config

RV = TypeVar("RV")

#: How long ordinary work waits for a free connection.
_PATIENCE_SECONDS = 5.0

#: jit: every statement here is short, compiling it would be waste.
_SERVER_OPTIONS = "-c lock_timeout=5s -c statement_timeout=20s -c jit=off -c timezone=UTC"


class TimedConnection(psycopg.Connection[Any]):
    """A connection whose every wait can be given one common deadline."""

    deadline: float | None = None  # of time.monotonic()

    def wait(
        self,
        gen: Generator[Any, Any, RV],
        interval: float = 0.1,
        timeout: float | None = None,
    ) -> RV:
        if self.deadline is not None:
            timeout = max(0.001, self.deadline - time.monotonic())
            interval = min(interval, timeout)
        return super().wait(gen, interval, timeout)

    def close(self) -> None:
        """Give the connection back to its pool: a broken one too, or its place is lost."""
        pool = self._pool
        if isinstance(pool, ConnectionPool) and self.closed:
            pool.putconn(self)
        else:
            super().close()


_pool: ConnectionPool[TimedConnection] = ConnectionPool(
    config.DATABASE_URL.replace("+psycopg", "", 1),
    connection_class=TimedConnection,
    kwargs={
        "options": _SERVER_OPTIONS,
        "connect_timeout": 3,
        "application_name": "opt-in-api",
        "keepalives_idle": 30,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    },
    min_size=1,
    max_size=max(1, config.DATABASE_POOL),
    max_lifetime=1800,
    reconnect_timeout=2,  # then the next caller has it try again, rather than a long backoff
    num_workers=2,
    close_returns=True,  # SQLAlchemy's close() then gives the connection back
    open=False,  # the pool's threads would not survive the fork of a worker process
)
_opening = threading.Lock()


_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give all work with the database in this block one common deadline.

    A stopped server fires none of its own limits: without this, whoever asks it waits for it.
    """
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def _connection(patience: float = _PATIENCE_SECONDS) -> TimedConnection:
    if _pool.closed:
        with _opening:
            if _pool.closed:
                _pool.open()
    deadline = _deadline.get()
    if deadline is not None:
        patience = min(patience, max(0.001, deadline - time.monotonic()))
    connection = _pool.getconn(patience)
    connection.deadline = deadline
    return connection


@contextmanager
def hurried(deadline: float, patience: float) -> Iterator[TimedConnection]:
    """Lend a plain connection, in autocommit, that gives up at *deadline*.

    *deadline* is a time of time.monotonic(); *patience* the seconds to wait for a free
    connection. After any error the connection is thrown away: a reply may still be on its way.

    Raises psycopg.Error (psycopg_pool.PoolTimeout among them).
    """
    connection = _connection(min(patience, max(0.001, deadline - time.monotonic())))
    connection.autocommit = True
    connection.deadline = deadline
    try:
        yield connection
    except BaseException:  # an interrupt too: whatever it was, nobody else may get this one
        connection.pgconn.finish()
        raise
    finally:
        connection.deadline = None
        if not connection.closed:
            connection.autocommit = False  # as the engine below takes it to be
        _pool.putconn(connection)


def close_pool() -> None:
    """End the pool's threads and connections, where a process wants to end without them."""
    _pool.close()


engine = sa.create_engine(
    "postgresql+psycopg://",
    creator=_connection,
    poolclass=NullPool,
    hide_parameters=True,  # an error's text gets into logs; names and numbers must not
)

_autocommit_engine = engine.execution_options(isolation_level="AUTOCOMMIT")

session_factory = sessionmaker(engine, expire_on_commit=False)

_at_one_moment = sessionmaker(
    engine.execution_options(isolation_level="REPEATABLE READ"), expire_on_commit=False
)


def transaction() -> AbstractContextManager[Session]:
    """Open a session that commits when its block ends, or rolls back if it raises."""
    return session_factory.begin()


def snapshot() -> AbstractContextManager[Session]:
    """Open a session like *transaction*, all of whose statements see one and the same moment.

    To read: what it changes must be nothing that others may change meanwhile.
    """
    return _at_one_moment.begin()


@contextmanager
def autocommit() -> Iterator[sa.Connection]:
    """Open a connection on which every statement is a transaction of its own."""
    with _autocommit_engine.connect() as connection:
        yield connection


class Base(DeclarativeBase):
    """Base of every table."""

    #: Every time has a zone. An enum is stored as its value, in text that a CHECK guards.
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy's own attribute)
        datetime: sa.DateTime(timezone=True),
        Enum: sa.Enum(
            Enum,
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda enum: [member.value for member in enum],
        ),
    }

    #: Named constraints let Alembic drop what it made.
    metadata = sa.MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
