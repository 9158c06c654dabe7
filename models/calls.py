"""One statement, one round trip, a transaction of its own: for what every lead needs.

Past SQLAlchemy, whose share of such a call is larger than PostgreSQL's. All else goes through
`transaction()` and `autocommit()`.
"""

import time
from typing import Any, LiteralString

from models.db import hurried

#: Longer than the server's own limits: only a server that has stopped is given up on.
PATIENCE_SECONDS = 25.0
CHECKOUT_SECONDS = 5.0


def call(
    statement: LiteralString, *arguments: object, seconds: float = PATIENCE_SECONDS
) -> tuple[Any, ...] | None:
    """Run a statement and return its one row, or None; committed when this returns.

    Raises psycopg.Error; the outcome is then unknown.
    """
    deadline = time.monotonic() + seconds
    with hurried(deadline, CHECKOUT_SECONDS) as connection:
        row: tuple[Any, ...] | None = connection.execute(
            statement, arguments, prepare=True
        ).fetchone()
    return row
