"""What outlived a supervisor that was killed.

The kernel signals our children when we die, but a child may be slow to stop or may have been
orphaned itself. Nothing of theirs may keep a port or a lock when the next supervisor starts.
Who is ours is proved, never guessed from a process id: a server works inside our data folder,
and every other child carries our folder's name in its environment.
"""

from collections.abc import Callable
from pathlib import Path

import psutil

MARK = "OPTIN_SUPERVISED_FOR"
SERVERS = frozenset({"postgres", "valkey-server"})
GRACE = 5.0


def end_servers(data: Path) -> None:
    """End every embedded server at work in that data folder."""
    folder = str(data.resolve())
    _end(lambda process: process.name() in SERVERS and process.cwd() == folder)


def end_processes(home: Path) -> None:
    """End every process that was started for that OPTIN_HOME."""
    _end(lambda process: process.environ().get(MARK) == str(home.resolve()))


def _end(is_ours: Callable[[psutil.Process], bool]) -> None:
    found = [process for process in psutil.process_iter() if _holds(is_ours, process)]
    for process in found:
        _holds(_terminate, process)
    _, stubborn = psutil.wait_procs(found, timeout=GRACE)
    for process in stubborn:
        _holds(_kill, process)
    psutil.wait_procs(stubborn, timeout=GRACE)


def _holds(question: Callable[[psutil.Process], bool], process: psutil.Process) -> bool:
    """Ask; a process that is gone, a zombie, or somebody else's is not ours."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE and question(process)
    except psutil.Error:
        return False


def _terminate(process: psutil.Process) -> bool:
    process.terminate()
    return True


def _kill(process: psutil.Process) -> bool:
    process.kill()
    return True
