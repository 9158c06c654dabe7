"""Each fault alone, on a fresh copy under load, then the verdict: one line per fault.

    kill-web                     held         34 s  512 leads
    clock-forward                not run       0 s  libfaketime is not installed

One fault is applied at a time. What takes long afterwards is waiting: a killed worker's claim
is let go after 90 s. So the next copy is already under way while one waits for its end.
"""

import random
import shutil
import signal
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from faults.checker.findings import Finding
from faults.expected import unmet
from faults.history import read
from faults.nemesis import TABLE, Fault, NotHere, Unmet, applied
from faults.nemesis.fault import until
from faults.nemesis.load import louder
from faults.nemesis.surroundings import prepared
from faults.report import held
from faults.run import Plan, Run
from faults.service import CannotStart, Service

OUT = Path("var/faults-matrix")
RATE, ACTS, SWITCH_EVERY = 50.0, 3.0, 8.0
BEFORE_SECONDS, AFTER_SECONDS = 3.0, 3.0
READY_SECONDS = 30.0
#: Copies at once: one under load, the others starting or waiting for what is to settle.
COPIES = 4

WORDS = HELD, VIOLATED, NOT_RUN, BROKEN = "held", "violated", "not run", "broken"


@dataclass(frozen=True)
class Line:
    """What became of one fault. `broken` is a run that came to no verdict."""

    name: str
    word: str
    says: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.name:28} {self.word:9} {self.seconds:5.0f} s  {self.says}"


class Matrix:
    """One run over many faults."""

    def __init__(self, seed: int, out: Path) -> None:
        self._seed, self._out = seed, out
        self._load = threading.Lock()  # one copy at a time is under load
        self.interrupted = threading.Event()

    def lines(self, names: Sequence[str]) -> Iterator[Line]:
        """Run them; lines come in the order of names."""
        with ThreadPoolExecutor(COPIES) as pool:
            yield from pool.map(self._line, names)

    def _line(self, name: str) -> Line:
        began = time.monotonic()
        try:
            word, says = self._run(name)
        except NotHere as why:
            word, says = NOT_RUN, str(why)
        except Exception as error:  # noqa: BLE001  (the other faults still get their turn)
            word, says = BROKEN, f"{type(error).__name__}: {error}"
            (self._out / f"{name}.txt").write_text(traceback.format_exc())
        return Line(name, word, says, time.monotonic() - began)

    def _run(self, name: str) -> tuple[str, str]:
        """Raise NotHere for a fault that this machine or this run did not have."""
        if self.interrupted.is_set():
            raise NotHere("interrupted")
        lots = random.Random(f"{self._seed} {name}")
        fault = TABLE[name](lots)
        folder = self._out / name
        with _copy(fault) as service:
            plan = Plan(RATE, lots.randrange(2**31), acts=ACTS, switch_every=SWITCH_EVERY)
            with self._load, Run(service, folder, plan) as run:
                problem = self._strike(fault, service, run)
            findings = run.conclude()
        said = unmet(name, read(folder / "history.jsonl"))
        said += [str(problem)] if isinstance(problem, Unmet) else []
        if not held(findings) or said:
            return VIOLATED, "; ".join([*_violations(findings), *said])
        if isinstance(problem, NotHere):
            raise problem
        return HELD, f"{next(each.checked for each in findings):,} leads"

    def _strike(self, fault: Fault, service: Service, run: Run) -> NotHere | Unmet | None:
        """Apply it; return what came in the way, or what it asked for and did not get."""
        time.sleep(BEFORE_SECONDS)
        try:
            with applied(fault, service, run.history), louder(run.senders, fault):
                self.interrupted.wait(fault.seconds)
        except (NotHere, Unmet) as problem:
            return problem
        self.interrupted.wait(AFTER_SECONDS)
        return None


def run(seed: int, only: Sequence[str] | None = None, out: Path = OUT) -> int:
    """Run the matrix, print a line per fault and all of them at the end.

    0: nothing was violated. An interruption lets what has begun end, so that it is undone.
    """
    out.mkdir(parents=True, exist_ok=True)
    matrix = Matrix(seed, out)
    lines = []
    with _interruptible(matrix.interrupted):
        for line in matrix.lines(only or list(TABLE)):
            print(line, flush=True)
            lines.append(line)
    words = {word: sum(line.word == word for line in lines) for word in WORDS}
    summary = ", ".join(f"{count} {word}" for word, count in words.items())
    text = "\n".join([*map(str, lines), f"seed {seed}: {summary}"])
    (out / "matrix.txt").write_text(f"{text}\n")
    print(summary)
    return 1 if words[VIOLATED] or words[BROKEN] or matrix.interrupted.is_set() else 0


@contextmanager
def _copy(fault: Fault) -> Iterator[Service]:
    """Run a fresh copy of the service, started as this fault needs it."""
    with ExitStack() as ending:
        folder = Path(tempfile.mkdtemp(prefix="optin-faults-"))
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        started_with = ending.enter_context(prepared(fault, folder))
        service = Service(folder, started_with.environment, *started_with.options)
        ending.callback(service.stop)
        service.start()
        if not until(lambda: _takes_by_both_paths(service), READY_SECONDS):
            raise CannotStart(f"the spool was not open {READY_SECONDS:g} s after the start")
        yield service


def _takes_by_both_paths(service: Service) -> bool:
    """Say whether the spool is open too: a fresh Redis is told of the URLs within seconds."""
    intake = service.api("GET", "/integration").json()["intake"]
    return bool(intake["spool_durable"])


@contextmanager
def _interruptible(interrupted: threading.Event) -> Iterator[None]:
    """Take SIGINT and SIGTERM for a wish to end soon while the block lasts."""

    def end(_number: int, _frame: FrameType | None) -> None:
        interrupted.set()

    before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _violations(findings: Sequence[Finding]) -> list[str]:
    return [
        f"{each.name} {each.count} times, first: {each.violations[0].says}"
        for each in findings
        if each.count
    ]
