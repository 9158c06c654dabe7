"""`make fuzz minutes=30`: shake what the readers of senders/ are given, for so many minutes.

Prints how many inputs each reader stood, and each finding with the seed that draws it again:
`python -m tests.fuzz again "<seed>"`. Exit 1 when there is a finding. Findings are kept as
tests with names, in tests/senders.
"""

import os
import sys
import time
import traceback

from tests.fuzz.running import attempt, fuzz
from tests.fuzz.targets import TARGETS

MOST_SHOWN = 5  # of one reader


def main(arguments):
    if arguments[:1] == ["again"]:
        name = arguments[1].split("/")[1]
        target = next(each for each in TARGETS if each.name == name)
        return _tell([attempt(target, arguments[1])])
    minutes = float(os.environ.get("FUZZ_MINUTES", "1"))
    seed = os.environ.get("FUZZ_SEED") or str(time.time_ns())
    findings = []
    for target in TARGETS:
        many, found = fuzz(target, seed, seconds=minutes * 60 / len(TARGETS))
        sys.stdout.write(f"{target.name:16} {many:9,} inputs  {len(found):5,} findings\n")
        sys.stdout.flush()
        findings += found[:MOST_SHOWN]
    return _tell(findings)


def _tell(findings):
    found = [each for each in findings if each is not None]
    for each in found:
        sys.stdout.write(f"\n{each.seed}\n{str(each.given)[:2_000]!r}\n")
        sys.stdout.write("".join(traceback.format_exception(each.error)[-3:]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
