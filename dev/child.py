"""One process of ours, a server or one of the service's.

Each child leads a session of its own: a Ctrl-C at the terminal reaches the supervisor alone,
and whatever a child leaves behind can be found by its group and ended.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

ROOT = Path(__file__).parent.parent
LONGEST_LINE = 16_384
Emit = Callable[[str, str], None]


@dataclass
class Child:
    """A process that can be started again and again. Start it from the main thread.

    (The kernel's signal at our death is tied to the thread that started the child.)
    """

    name: str
    argv: list[str]
    env: Mapping[str, str]
    emit: Emit  # what to do with a line of output: (name, line)
    cwd: Path = ROOT
    stop_signal: signal.Signals = signal.SIGTERM
    said_at_start: bytes = b""  # goes to its standard input: a secret has no place in argv
    before: Callable[[], None] = lambda: None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    exit_status: int | None = field(default=None, init=False)
    _reader: threading.Thread | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it; the caller has seen to it that it is not running."""
        self.before()
        self.process = subprocess.Popen(
            self.argv,
            env=dict(self.env),
            cwd=self.cwd,
            stdin=subprocess.PIPE if self.said_at_start else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        if self.process.stdin:
            with suppress(BrokenPipeError), self.process.stdin as stdin:
                stdin.write(self.said_at_start)
        self._reader = threading.Thread(
            target=_read, args=(self.process.stdout, self.name, self.emit), daemon=True
        )
        self._reader.start()

    @property
    def pid(self) -> int | None:
        """The process id while it lives."""
        return self.process.pid if self.process and self.is_alive() else None

    def is_alive(self) -> bool:
        """Say whether it lives. A dead one is reaped by this: PostgreSQL's lock file, for
        one, counts as held until then.
        """
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Signal the child alone, not its group: it tells its own children, once."""
        if self.is_alive() and self.process:
            self.process.send_signal(self.stop_signal)

    def stop(self, deadline: float) -> None:
        """Wait for one that was asked to stop; end by force what is left at the deadline."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        _signal_group(self.process.pid, signal.SIGTERM)
        while _group_lives(self.process.pid) and time.monotonic() < deadline:
            self.process.poll()
            time.sleep(0.02)
        self.kill()

    def kill(self) -> None:
        """End it and its group at once, reap it, and forget its number: another may get it."""
        if self.process is None:
            return
        _signal_group(self.process.pid, signal.SIGKILL)
        self.exit_status = self.process.wait()
        self.process = None
        # A grandchild that left the session may still hold the pipe: not a reason to wait.
        if self._reader:
            self._reader.join(timeout=1)


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def _group_lives(group: int) -> bool:
    """Say whether anybody of a group is left. Where nobody reaps orphans, they stay listed."""
    return any(_is_at_work_in(process, group) for process in psutil.process_iter())


def _is_at_work_in(process: psutil.Process, group: int) -> bool:
    try:
        return os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False


def _read(pipe: IO[bytes], name: str, emit: Emit) -> None:
    with pipe:
        while line := pipe.readline(LONGEST_LINE):
            emit(name, line.decode(errors="replace").rstrip())
