"""Runs one command as a process of the running copy: same servers, same secrets.

    python -m dev.command alembic upgrade head

DATABASE_URL and REDIS_URL in the environment go first, as everywhere.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace

from dev import settings
from dev.errors import CannotRun
from dev.home import read_json
from dev.servers import RECORD
from dev.settings import Settings


def main() -> None:
    """Become the command; status 1 when there is nothing to run it against."""
    try:
        where = running_copy(os.environ)
    except CannotRun as error:
        sys.exit(str(error))
    env = settings.for_processes(where, os.environ)
    os.execvpe(sys.argv[1], sys.argv[1:], env)  # noqa: S606  (the developer's own command)


def running_copy(environ: Mapping[str, str]) -> Settings:
    """Answer the settings of the copy that runs on OPTIN_HOME."""
    where = settings.read(environ)
    record = read_json(where.home / RECORD)
    database_url = where.database_url or record.get("database_url", "")
    redis_url = where.redis_url or record.get("redis_url", "")
    if not database_url or not redis_url:
        raise CannotRun(
            "No copy of the service is running here: start `make run`, "
            "or set DATABASE_URL and REDIS_URL"
        )
    where.home.mkdir(mode=0o711, parents=True, exist_ok=True)
    return replace(where, database_url=database_url, redis_url=redis_url)


if __name__ == "__main__":
    main()
