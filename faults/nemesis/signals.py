"""Signals to the processes of a role, and servers that are kept from coming back.

The supervisor starts again what dies, within a second or so. A server stays away while a
folder stands where it wants to make its socket: then it cannot be started at all.
"""

import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from faults.nemesis.fault import Act
from faults.service import Service

#: In the folder of the sockets; a folder by that name keeps a server from starting.
BLOCKS = {"redis": "valkey.sock", "postgres": ".s.PGSQL.away"}


def send(pids: Iterable[int], number: signal.Signals) -> int:
    """Signal processes and count those that were still there."""
    reached = 0
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).send_signal(number)
            reached += 1
    return reached


def killed(*roles: str) -> Act:
    """Make what kills all processes of some roles, parents before children."""

    def strike(service: Service) -> None:
        for role in roles:
            send(service.pids(role), signal.SIGKILL)

    return strike


def stopped(*roles: str) -> Act:
    """Make what stops them where they are: they hold on to everything and do nothing."""

    def strike(service: Service) -> None:
        for role in roles:
            send(service.pids(role), signal.SIGSTOP)

    return strike


def go_on(*roles: str) -> Act:
    """Make what lets them go on."""

    def undo(service: Service) -> None:
        for role in roles:
            send(service.pids(role), signal.SIGCONT)

    return undo


def kept_away(*servers: str) -> Act:
    """Make what kills servers and keeps them from coming back."""

    def strike(service: Service) -> None:
        for server in servers:
            send(service.pids(server), signal.SIGKILL)
            _block(_blocked_path(service, server))
            send(service.pids(server), signal.SIGKILL)  # started again in between

    return strike


def let_back(*servers: str) -> Act:
    """Make what lets them come back; the supervisor starts them within seconds."""

    def undo(service: Service) -> None:
        for server in servers:
            path = _blocked_path(service, server)
            if path.is_dir():
                path.rmdir()

    return undo


def _blocked_path(service: Service, server: str) -> Path:
    return service.home / "sockets" / BLOCKS[server]


def _block(path: Path) -> None:
    """Put a folder there, whether or not the dead server left a socket."""
    while not path.is_dir():
        with suppress(FileNotFoundError):
            path.unlink()
        with suppress(FileExistsError):  # it was being started again just then
            path.mkdir()
