"""The clock of web and worker jumps by an hour, forward or back: F18.

A few lines of C (clock_shift.c) stand between them and the C library from their start, and add
what a file says to the wall clock. Servers and simulator keep the true time. (libfaketime takes
the waiting for locks over as well, and workers under it never get a job.)
"""

import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.nemesis.fault import Factory, NotHere
from faults.nemesis.surroundings import StartedWith
from faults.service import ROOT, Service

HOUR = 3600
SHIFTED = ("web:", "worker:")
SOURCE = Path(__file__).with_name("clock_shift.c")
LIBRARY, TOLD_IN = "clock_shift.so", "clock-shift"


@dataclass
class ClockJump:
    """The clock of web and worker is another one, until the end."""

    name: str
    jump_seconds: int
    seconds: float = 8.0

    @contextmanager
    def surroundings(self, folder: Path) -> Iterator[StartedWith]:
        """Compile it, and write a Procfile whose processes are started with it."""
        _compile(folder / LIBRARY)
        _tell(folder, 0)
        environment = f"env LD_PRELOAD={folder / LIBRARY} CLOCK_SHIFT={folder / TOLD_IN}"
        lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
        procfile = folder / "Procfile"
        procfile.write_text("\n".join(_shifted(line, environment) for line in lines) + "\n")
        yield StartedWith(options=("--procfile", str(procfile)))

    def begin(self, service: Service) -> None:
        folder = service.home.parent
        if not (folder / TOLD_IN).exists():
            raise NotHere("the copy was not started with a clock that can be set")
        _tell(folder, self.jump_seconds)

    def end(self, service: Service) -> None:
        """Set it right: a jump as well, the other way."""
        folder = service.home.parent
        if (folder / TOLD_IN).exists():
            _tell(folder, 0)


def _tell(folder: Path, seconds: int) -> None:
    """Write the number in place: the processes have the file mapped."""
    path = folder / TOLD_IN
    with path.open("r+b" if path.exists() else "wb") as file:
        file.write(struct.pack("=q", seconds))


def _compile(library: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        raise NotHere("there is no C compiler: apt-get install gcc")
    command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(SOURCE), "-ldl"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise NotHere(f"{SOURCE.name} does not compile: {made.stderr.strip()}")


def _shifted(line: str, environment: str) -> str:
    return (
        line.replace("exec ", f"exec {environment} ", 1) if line.startswith(SHIFTED) else line
    )


TABLE: dict[str, Factory] = {
    "clock-forward": lambda _draw: ClockJump("clock-forward", HOUR),
    "clock-back": lambda _draw: ClockJump("clock-back", -HOUR),
}
