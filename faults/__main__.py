"""The fault runs of faults.md, by hand:

python -m faults mix --minutes 5 --rate 50 --seed 1 --out var/faults
python -m faults matrix --only worker-killed
python -m faults check var/faults
"""

import argparse
import signal
import sys
import time
from pathlib import Path

from faults.checker import judge
from faults.checker.findings import Finding
from faults.checker.outcome import load
from faults.ending import read_ending
from faults.matrix import run as run_matrix
from faults.mix import strike
from faults.nemesis import TABLE
from faults.report import held, write_report
from faults.run import Plan, Run
from faults.service import running

DEFAULT_MINUTES, DEFAULT_RATE = 5.0, 50.0
LONG_QUIET = 10.0


def main() -> int:
    """0: every promise held. 1: one was violated. 2: the command line is wrong."""
    asked = _arguments()
    # As Ctrl-C: whatever was begun is ended, faults and copies included.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if asked.command == "check":
        return _check(asked.folder)
    if asked.command == "matrix":
        return run_matrix(asked.seed, asked.only)
    return _mix(asked)


def _mix(asked: argparse.Namespace) -> int:
    folder: Path = asked.out
    table = {name: TABLE[name] for name in asked.only or TABLE}
    plan = Plan(rate=asked.rate, seed=asked.seed, quiet=LONG_QUIET)
    with running() as service:
        with Run(service, folder, plan) as run:
            print(f"{asked.minutes:g} minutes at {asked.rate:g} leads a second", flush=True)
            missed = strike(run, service, table, asked.seed, 60 * asked.minutes)
        found = run.conclude()
    for each in missed:
        print(f"missed: {each}")
    return _told(folder, found) or bool(missed)


def _check(folder: Path) -> int:
    story, found = judge(folder / "history.jsonl", folder / "ending.json")
    write_report(folder, story, load(read_ending(folder / "ending.json")), found)
    return _told(folder, found)


def _told(folder: Path, found: list[Finding]) -> int:
    for each in found:
        print(f"{each.name:4}{each.word:10}{each.checked:>9} cases  {each.promise}")
        if each.residual:
            print(f"      {each.residual} cases of the known hole")
        for violation in each.violations[:3]:
            print(f"      {violation.says}")
    print(f"written: {folder / 'summary.md'}")
    return 0 if held(found) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    mix = commands.add_parser("mix", help="faults drawn from the table, under load")
    mix.add_argument("--minutes", type=float, default=DEFAULT_MINUTES)
    mix.add_argument("--rate", type=float, default=DEFAULT_RATE, help="leads a second")
    mix.add_argument("--out", type=Path, default=Path("var/faults"))
    _common(mix)
    _common(commands.add_parser("matrix", help="each fault alone"))
    check = commands.add_parser("check", help="judge a stored run again")
    check.add_argument("folder", type=Path)
    return parser.parse_args()


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", action="append", choices=sorted(TABLE), metavar="NAME")
    parser.add_argument("--seed", type=int, default=int(time.time()))


if __name__ == "__main__":
    sys.exit(main())
