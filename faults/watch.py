"""How large the service's processes are, and its folder, looked at every few seconds."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import psutil

from faults.history import History

EVERY_SECONDS = 2.0
ROLES = ("web", "worker", "bulk", "clock", "postgres", "redis", "supervisor")
#: The simulator stands for Twilio: its ledger is no memory of the service.
NOT_OURS = "simulator"


class Watched(Protocol):
    @property
    def home(self) -> Path: ...

    def pids(self, role: str) -> list[int]: ...


class Watch:
    """Notes a sample now and then, until stopped."""

    def __init__(self, service: Watched, history: History) -> None:
        self._service = service
        self._history = history
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            largest = {role: self._largest(role) for role in ROLES}
            sample = {"memory": largest, "disk": bytes_below(self._service.home)}
            self._history.note("watch", "sample", sample)

    def _largest(self, role: str) -> int:
        """The memory of the role's largest process; 0 where a fault has just ended it."""
        try:
            return max((_memory(pid) for pid in self._service.pids(role)), default=0)
        except psutil.Error:
            return 0


def bytes_below(folder: Path) -> int:
    """Add up the files of a folder that is being written to."""
    return sum(_sizes(folder))


def _sizes(folder: Path) -> Iterator[int]:
    for place, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(NOT_OURS)]
        for name in files:
            if not name.startswith(NOT_OURS):
                try:
                    yield (Path(place) / name).lstat().st_size
                except OSError:  # gone meanwhile, or somebody else's
                    yield 0


def _memory(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0
