"""The one engine, the two ways into it, the one base class.

`transaction()` is for work of several statements. `autocommit()` is for the hot paths whose
whole transaction is one statement (a function made by a migration, mostly): psycopg's own
BEGIN and COMMIT would add two round trips to each.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

import config

#: `jit`: every statement here is short, compiling it would be waste.
_SERVER_OPTIONS = "-c lock_timeout=5s -c statement_timeout=20s -c jit=off -c timezone=UTC"

engine = sa.create_engine(
    config.DATABASE_URL,
    pool_size=config.DATABASE_POOL,
    max_overflow=0,
    pool_timeout=5,
    pool_recycle=1800,
    connect_args={
        "options": _SERVER_OPTIONS,
        "connect_timeout": 3,
        "application_name": "opt-in-api",
        "keepalives_idle": 30,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    },
)

_autocommit_engine = engine.execution_options(isolation_level="AUTOCOMMIT")

session_factory = sessionmaker(engine, expire_on_commit=False)


def transaction() -> AbstractContextManager[Session]:
    """Open a session that commits when its block ends, or rolls back if it raises."""
    return session_factory.begin()


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
