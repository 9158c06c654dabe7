"""`make bench`: the measures of the service, in one run.

    python -m bench [leads|people] [--quick]

The first half follows leads, beside their peers (measures 1, 3, 4, 5 and 11); the second one
has many people (bench/crowded.py, measures 6 to 9). Every server is started here and ended
here; traffic goes to loopback only. Prints a table and writes bench/results.json. --quick takes
fewer rounds and rows, and says less.
"""

import argparse
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from bench import accepting, crowded, pipeline, report, waking
from bench.figures import Figure, median
from bench.profiles import Profile
from bench.service import CannotMeasure, running


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    rounds: int
    seconds: float
    samples: int
    stock_samples: int
    leads: int
    starts: int
    crowds: crowded.Crowds


WHOLE = Plan(
    rounds=5,
    seconds=4.0,
    samples=80,
    stock_samples=30,
    leads=2000,
    starts=3,
    crowds=crowded.WHOLE,
)
QUICK = Plan(
    rounds=3,
    seconds=2.0,
    samples=20,
    stock_samples=10,
    leads=300,
    starts=1,
    crowds=crowded.QUICK,
)


@dataclass
class Run:
    """What was measured so far."""

    plan: Plan
    figures: list[Figure] = field(default_factory=list)
    profiles: dict[str, Profile] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)

    def measure(self, half: str | None) -> None:
        """Measure one half, or both; what cannot be measured ends the run."""
        if half != "people":
            stock = self._accept()
            self._follow(stock)
        if half != "leads":
            self.figures += crowded.measure(self.plan.crowds)

    def _accept(self) -> tuple[list[float], float]:
        with running(web_alone=True) as service:
            _say("measure 1: accepting")
            accepted = accepting.measure(service, self.plan.rounds, self.plan.seconds)
            _say("measure 3: stock Dramatiq")
            stock = waking.stock_hop_ms(service.redis_url, self.plan.stock_samples)
        self.figures += accepted.figures
        self.profiles["accepting"] = accepted.profile
        self.details |= {"accepting": accepted.rounds, "stock_hop_ms": stock[0]}
        return stock

    def _follow(self, stock: tuple[list[float], float]) -> None:
        starts = [self._start() for _ in range(self.plan.starts - 1)]
        with running() as service:
            starts.append(service.start_seconds)
            _say("measure 3: waking")
            idle = waking.idle(service)
            woken = waking.waking_ms(service, self.plan.samples)
            _say("measures 4 and 5: the whole pipeline")
            followed = pipeline.measure(service, 3, self.plan.leads)
        self.figures += waking.figures(woken, idle, stock) + followed.figures()
        self.figures.append(Figure(11, "cold start to ready", median(starts), "s", at_most=5))
        self.profiles["workers"] = followed.profile
        self.details |= {"waking_ms": woken, "start_seconds": starts}
        self.details["pipeline"] = {
            name: value for name, value in asdict(followed).items() if name != "profile"
        }

    def _start(self) -> float:
        _say("measure 11: cold start")
        with running() as service:
            return service.start_seconds


def main() -> int:
    """Run, print, write. 0 if all could be measured, whatever the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("half", nargs="?", choices=("leads", "people"), help="only one half")
    asked = parser.parse_args()
    run = Run(QUICK if asked.quick else WHOLE)
    began = time.monotonic()
    described = report.machine()
    try:
        run.measure(asked.half)
    except CannotMeasure as error:
        print(f"make bench: {error}", file=sys.stderr)
        return 1
    print(report.table(run.figures))
    print(report.hottest(run.profiles))
    report.write(described, run.figures, run.profiles, run.details)
    print(f"\nbench/results.json is written. It took {time.monotonic() - began:.0f} s.")
    return 0


def _say(what: str) -> None:
    print(f"... {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
