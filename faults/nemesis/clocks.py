"""The clock of web and worker jumps by an hour, forward or back: F18.

libfaketime, where it is installed, stands between them and the machine's clock, from their
start; what it tells is read from a file. Servers and simulator keep the true time.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.nemesis.fault import Factory, NotHere
from faults.nemesis.surroundings import StartedWith
from faults.service import ROOT, Service

HOUR = 3600
SHIFTED = ("web:", "worker:")
#: How often a process looks into the file.
LOOKS_EVERY_SECONDS = "1"
TOLD_IN = "clock"


@dataclass
class ClockJump:
    """The clock of web and worker is another one, until the end."""

    name: str
    jump_seconds: int
    seconds: float = 8.0

    @contextmanager
    def surroundings(self, folder: Path) -> Iterator[StartedWith]:
        """Write a Procfile whose processes ask libfaketime what time it is."""
        environment = f"env LD_PRELOAD={_library()} FAKETIME_TIMESTAMP_FILE={folder / TOLD_IN}"
        environment += f" FAKETIME_CACHE_DURATION={LOOKS_EVERY_SECONDS}"
        environment += " FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DONT_RESET=1"
        (folder / TOLD_IN).write_text("+0\n")
        lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
        procfile = folder / "Procfile"
        procfile.write_text("\n".join(_shifted(line, environment) for line in lines) + "\n")
        yield StartedWith(options=("--procfile", str(procfile)))

    def begin(self, service: Service) -> None:
        told_in = service.home.parent / TOLD_IN
        if not told_in.exists():
            raise NotHere("the copy was not started with a clock that can be set")
        told_in.write_text(f"{self.jump_seconds:+d}\n")

    def end(self, service: Service) -> None:
        """Set it right: a jump as well, the other way."""
        told_in = service.home.parent / TOLD_IN
        if told_in.exists():
            told_in.write_text("+0\n")


def _library() -> Path:
    """Find it where systems put it."""
    named = os.environ.get("FAKETIME_LIBRARY")
    places = [Path(named)] if named else []
    places += sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    for place in places:
        if place.exists():
            return place
    raise NotHere("libfaketime is not installed: apt-get install libfaketime")


def _shifted(line: str, environment: str) -> str:
    return (
        line.replace("exec ", f"exec {environment} ", 1) if line.startswith(SHIFTED) else line
    )


TABLE: dict[str, Factory] = {
    "clock-forward": lambda _draw: ClockJump("clock-forward", HOUR),
    "clock-back": lambda _draw: ClockJump("clock-back", -HOUR),
}
