"""Every failpoint of the service, reached by some process that dies there: F1, F2.

The product says which there are (`python -m failpoints`). A copy is started with those of one
story armed, each to kill the first process that comes by; load and operators bring them there,
and where that does not suffice, the fault stirs: a PostgreSQL that hangs, a Twilio that lies.
"""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from faults.nemesis.fault import Act, Factory, NotHere, nothing, until
from faults.nemesis.signals import go_on, stopped
from faults.nemesis.surroundings import StartedWith
from faults.nemesis.twilio import SOME, WELL
from faults.service import ROOT, Service

Story = tuple[tuple[str, ...], Act, Act]
KILLED = "killed-at"
REACH_SECONDS, A_ROUND_SECONDS = 45.0, 4.0
#: What is reached all the time is passed so often first, by each process: under load then.
PASSED_FIRST = {
    "accept": 20,
    "process": 10,
    "text": 10,
    "receipt": 10,
    "sweep": 40,
    "clock": 20,
}


@dataclass
class KilledAt:
    """The failpoints whose names begin with certain words, each the death of one process."""

    name: str
    words: tuple[str, ...]
    stir: Act = nothing
    calm: Act = nothing
    seconds: float = 1.0

    @contextmanager
    def surroundings(self, _folder: Path) -> Iterator[StartedWith]:
        """Arm them all; the file remembers who has acted, over all processes and restarts."""
        armed = ",".join(f"{each}:kill:{_passed_first(each)}" for each in self.names())
        once = str(_folder / KILLED)
        yield StartedWith({"FAILPOINT": armed, "FAILPOINT_ONCE": once})

    def begin(self, service: Service) -> None:
        """Stir until each has killed somebody, or it takes too long."""
        if "FAILPOINT" not in service.environment:
            raise NotHere("the copy was started with no failpoint armed")
        deadline = time.monotonic() + REACH_SECONDS
        while self._left(service) and time.monotonic() < deadline:
            self.stir(service)
            until(lambda: not self._left(service), A_ROUND_SECONDS)
            self.calm(service)
            until(lambda: not self._left(service), A_ROUND_SECONDS)

    def end(self, service: Service) -> None:
        """Raise NotHere where one was never reached."""
        self.calm(service)
        if left := self._left(service):
            raise NotHere(f"never reached: {', '.join(left)}")

    def names(self) -> list[str]:
        """Ask the product for those of this story."""
        return [each for each in all_names() if each.startswith(self.words)]

    def _left(self, service: Service) -> list[str]:
        acted = service.home.parent / KILLED
        said = acted.read_text().split() if acted.exists() else []
        return [each for each in self.names() if each not in said]


@cache
def all_names() -> list[str]:
    """List the failpoints that the product has."""
    told = subprocess.run(
        [sys.executable, "-m", "failpoints"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.split()[0] for line in told.stdout.splitlines() if line.strip()]


def _passed_first(name: str) -> int:
    return PASSED_FIRST.get(name.partition("_")[0], 0)


def _lie(service: Service) -> None:
    service.dial(**{**WELL, "mode": "accept_then_500", **SOME})


def _be_true(service: Service) -> None:
    service.dial(**WELL)


def _factory(name: str, row: Story) -> Factory:
    return lambda _draw: KilledAt(name, *row)


#: Each story's failpoints, by the words that their names begin with.
STORIES: Mapping[str, Story] = {
    "accept": (("accept_",), nothing, nothing),
    "spool": (("spool_", "drain_", "gate_"), stopped("postgres"), go_on("postgres")),
    "process": (("process_",), nothing, nothing),
    "text": (("text_", "check_"), _lie, _be_true),
    "told": (("receipt_", "inbound_"), nothing, nothing),
    "operators": (("api_", "job_", "revoke_", "suppress_"), nothing, nothing),
    "clock": (("sweep_", "clock_"), nothing, nothing),
}
TABLE: dict[str, Factory] = {
    f"failpoints-{story}": _factory(f"failpoints-{story}", row)
    for story, row in STORIES.items()
}
