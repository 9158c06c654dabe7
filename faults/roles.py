"""Which process of a running copy does what, told by its place below the supervisor.

    supervisor > web > its workers;  > worker > forks;  > bulk;  > clock;  > simulator;
    > postgres (the postmaster) > backends;  > valkey-server

A role names the direct child and all below it. `postmaster` is PostgreSQL's parent process
alone, `backends` are those that serve a connection, `everything` is all of it.
"""

from collections.abc import Iterator

import psutil

#: What a child of the supervisor is, by words of its command line.
WORDS = {
    "postgres": "bin/postgres -D",
    "redis": "valkey-server",
    "simulator": "-m simulator",
    "web": "web.serve",
    "worker": "--queues leads",
    "bulk": "--queues admin",
    "clock": "workers.clock",
}
#: How PostgreSQL names a process that serves a connection to the service's database.
BACKEND = "postgres: optin optin "


def find(supervisor: int, role: str) -> list[int]:
    """Find the processes of a role, parents before children."""
    if role == "supervisor":
        return [supervisor]
    if role == "everything":
        return [supervisor, *(each.pid for each in _below(supervisor))]
    if role == "postmaster":
        return [each.pid for each in _children(supervisor, "postgres")]
    if role == "backends":
        return [each.pid for each in _below(supervisor) if BACKEND in _line(each)]
    return list(_with_descendants(supervisor, role))


def _with_descendants(supervisor: int, role: str) -> Iterator[int]:
    for child in _children(supervisor, role):
        yield child.pid
        yield from (each.pid for each in _below(child.pid))


def _children(supervisor: int, role: str) -> list[psutil.Process]:
    words = WORDS[role]
    return [each for each in psutil.Process(supervisor).children() if words in _line(each)]


def _below(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
