"""The mixed run: one fault after the other, drawn from the table, under load all the time."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence

from faults.nemesis import Factory, Fault, NotHere, Unmet, applied
from faults.nemesis.load import louder
from faults.nemesis.surroundings import Surrounded
from faults.run import Run
from faults.service import Service

#: Between two faults, so that what one left behind is seen apart from the next.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 2.0


def strike(
    run: Run, service: Service, table: Mapping[str, Factory], seed: int, seconds: float
) -> list[str]:
    """Strike for so long; return what a row of the table asks for in addition and did not get.

    Faults that need a copy started in a special way are left to the matrix.
    """
    lots = random.Random(f"{seed} nemesis")
    missed: list[str] = []
    over = time.monotonic() + seconds
    for name in _endless(sorted(table), lots):
        pause = lots.uniform(SHORTEST_PAUSE, LONGEST_PAUSE)
        time.sleep(max(0.0, min(pause, over - time.monotonic())))
        if (left := over - time.monotonic()) <= 0:
            return missed
        fault = table[name](lots)
        if fault.seconds <= left and not isinstance(fault, Surrounded):
            missed += _apply(run, service, fault)
    return missed


def _endless(names: Sequence[str], lots: random.Random) -> Iterator[str]:
    """Every name once, in a new order each time round."""
    while names:
        yield from lots.sample(names, len(names))


def _apply(run: Run, service: Service, fault: Fault) -> list[str]:
    try:
        with applied(fault, service, run.history), louder(run.senders, fault):
            time.sleep(fault.seconds)
    except NotHere as why:
        run.history.note("harness", "not here", f"{fault.name}: {why}")
    except Unmet as why:
        return [f"{fault.name}: {why}"]
    return []
