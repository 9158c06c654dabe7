"""One run: load and operators on a running copy, faults meanwhile, then the verdict.

    with Run(service, folder, plan) as run:      senders and operators are at work
        ...                                      faults, noted in run.history
    found = run.conclude()                       waits, collects, judges, writes the report

The folder gets history.jsonl, ending.json, verdict.json and summary.md.
"""

import random
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from faults import people
from faults.addresses import Addresses
from faults.calls import Copy
from faults.checker import findings
from faults.checker.findings import Finding
from faults.checker.outcome import load
from faults.checker.story import Story, tell
from faults.ending import await_settled, read_ending, write_ending
from faults.history import History, read
from faults.logs import find_leaks, secrets_of
from faults.operators import Operators
from faults.report import write_report
from faults.senders import Senders
from faults.watch import Watch, Watched

#: Promise 1 gives 30 s; a text whose worker died is let go after 90 s more, a create call
#: takes 15 s at most, and an unknown text is looked for, sent again once and looked for again.
PROMISED_SECONDS, LEASE_SECONDS, CALL_SECONDS = 30.0, 90.0, 15.0
#: What should not come any more is given so long to come.
QUIET_SECONDS = 3.0
DEFAULT_SETTLING, DEFAULT_CHECKS = "600", "60,300,900"


class Running(Copy, Watched, Protocol):
    """A running copy, as faults/service.py gives one."""

    environment: dict[str, str]
    output: Path

    @property
    def endpoint_url(self) -> str: ...


@dataclass(frozen=True)
class Plan:
    """What load a run has. `acts` is what operators do in a second."""

    rate: float
    seed: int
    fated: float = 0.02  # the share of numbers with a fixed fate
    acts: float = 2.0
    switch_every: float = 15.0  # seconds; 0: the integration stays as it is
    quiet: float = QUIET_SECONDS


class Run:
    def __init__(self, service: Running, folder: Path, plan: Plan) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._service, self._folder, self._plan = service, folder, plan
        self.history = History(folder / "history.jsonl")
        self._addresses = Addresses(_current_url(service))
        crowd = people.people(plan.seed, plan.fated)
        self.senders = Senders(
            self.history, self._addresses, crowd, plan.rate, _lots(plan, "senders")
        )
        self.operators = Operators(
            service, self.history, self.senders, _lots(plan, "operators")
        )
        self._watch = Watch(service, self.history)
        self._started = 0.0

    def __enter__(self) -> Self:
        self._started = time.time()
        self._watch.start()
        self.senders.start()
        if self._plan.acts:
            self.operators.start(self._plan.acts, self._plan.switch_every)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """The faults are over: senders, then operators end what they have begun."""
        with ExitStack() as ending:
            ending.callback(self.history.close)
            ending.callback(self._watch.stop)
            ending.callback(self.operators.stop)
            ending.callback(self.senders.stop)

    def conclude(self) -> list[Finding]:
        """Wait until all is settled, collect, judge, and write the report."""
        story = tell(read(self._folder / "history.jsonl"))
        patience = patience_of(self._service.environment)
        taken, burst = set(story.posts.taken), "burst" in story.faults
        settled = await_settled(self._service, patience, taken, burst=burst)
        time.sleep(self._plan.quiet)
        facts: dict[str, Any] = {
            "started": self._started,
            "patience": patience,
            "settled": settled.seconds,
            "in_time": settled.in_time,
            "is_on": self._is_on(),
            "log_bytes": self._service.output.stat().st_size,
            "seed": self._plan.seed,
            "rate": self._plan.rate,
        }
        ending = self._folder / "ending.json"
        write_ending(ending, facts, self._service, self._leaks(story))
        end = load(read_ending(ending))
        found = findings(story, end)
        write_report(self._folder, story, end, found)
        return found

    def _is_on(self) -> bool:
        answer = self._service.api("GET", "/integration")
        return bool(answer.ok and answer.json()["status"] == "active")

    def _leaks(self, story: Story) -> list[Any]:
        secrets = secrets_of(self._service.home) | set(self._addresses.tokens())
        return find_leaks([self._service.output], secrets, set(story.posts.by_phone))


def patience_of(environment: Mapping[str, str]) -> float:
    """Say within how many seconds after the faults everything has to be settled."""
    settling = float(environment.get("SETTLE_SECONDS", DEFAULT_SETTLING))
    checks = environment.get("UNKNOWN_CHECKS", DEFAULT_CHECKS).split(",")
    unknown = 2 * (CALL_SECONDS + float(checks[-1]))
    return PROMISED_SECONDS + LEASE_SECONDS + unknown + settling


def _current_url(service: Running) -> str:
    """Ask which URL is in force: an earlier run may have replaced the first one."""
    answer = service.api("GET", "/integration")
    answer.raise_for_status()
    return str(answer.json()["endpoint_url"])


def _lots(plan: Plan, who: str) -> random.Random:
    return random.Random(f"{plan.seed} {who}")
