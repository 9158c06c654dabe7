"""Where the CPU time goes: py-spy looks at running processes, in a round that is not measured.

The stacks of all looked-at processes become two lists: what functions did themselves, and what
they and all they called did. Counted is who holds Python's lock: a thread that waits does not.
"""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PER_SECOND = 100
SHOWN = 30
LONGEST_SECONDS = 60


@dataclass
class Profile:
    """Shares of the samples, by function, largest first."""

    samples: int = 0
    own: list[tuple[str, float]] = field(default_factory=list)
    with_callees: list[tuple[str, float]] = field(default_factory=list)
    missing: str | None = None  # why there is none

    def read(self, stacks: Iterable[str]) -> None:
        """Sum up lines of `outermost;…;innermost count`."""
        own: Counter[str] = Counter()
        whole: Counter[str] = Counter()
        for line in stacks:
            stack, _, count = line.rpartition(" ")
            frames = stack.split(";")
            own[frames[-1]] += int(count)
            for frame in set(frames):
                whole[frame] += int(count)
        self.samples = own.total()
        self.own, self.with_callees = self._shares(own), self._shares(whole)

    def _shares(self, counted: Counter[str]) -> list[tuple[str, float]]:
        return [(name, round(n / self.samples, 4)) for name, n in counted.most_common(SHOWN)]


@contextmanager
def profiled(processes: Sequence[psutil.Process]) -> Iterator[Profile]:
    """Look at these processes while the block lasts; the profile is there after it."""
    profile = Profile()
    program = shutil.which("py-spy") or str(Path(sys.executable).with_name("py-spy"))
    if not Path(program).exists():
        profile.missing = "py-spy is not installed: make setup"
        yield profile
        return
    with tempfile.TemporaryDirectory(prefix="optin-bench-") as folder:
        files = [Path(folder, str(each.pid)) for each in processes]
        spies = [_spy(program, each, file) for each, file in zip(processes, files, strict=True)]
        try:
            yield profile
        finally:
            said = [_end(spy) for spy in spies]
        profile.read(_lines(files))
        if not profile.samples:
            profile.missing = f"py-spy saw nothing: {said[0].strip()[-200:] if said else ''}"


def _spy(program: str, process: psutil.Process, file: Path) -> "subprocess.Popen[str]":
    options = ("--format", "raw", "--function", "--gil", "--rate", str(PER_SECOND))
    seconds = ("--duration", str(LONGEST_SECONDS))
    return subprocess.Popen(
        (program, "record", *options, *seconds, "-o", str(file), "--pid", str(process.pid)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _end(spy: "subprocess.Popen[str]") -> str:
    """Have it write down what it saw. It understands Ctrl-C."""
    spy.send_signal(signal.SIGINT)
    try:
        return spy.communicate(timeout=10)[1]
    except subprocess.TimeoutExpired:
        spy.kill()
        return spy.communicate()[1]


def _lines(files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        if file.exists():
            yield from file.read_text(encoding="utf-8").splitlines()
