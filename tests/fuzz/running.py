"""Drawing input for a reader until the time is up; what it does not stand is a finding.

Each input follows from the seed and its number alone, so a finding can be had again. A reader
has 50 ms of CPU time for 64 KiB (ASVS 1.3.12): the slowest ones are timed three times more,
because what is measured on a busy machine is mostly the machine.
"""

import random
import time
from itertools import count
from typing import NamedTuple

SLOWEST_SECONDS = 0.05
CHECKS_PER_INPUT = 4  # a check reads its input a few times over


class Finding(NamedTuple):
    target: str
    seed: str
    given: object
    error: Exception


class TooSlow(Exception):
    """A reader took longer than it may, each of the times it was asked."""


def fuzz(target, seed, *, seconds=None, inputs=None):
    """Try inputs until the seconds or the inputs are used up. Return how many, and findings."""
    end = None if seconds is None else time.monotonic() + seconds
    found = []
    for number in count():
        if number == inputs or (end is not None and time.monotonic() >= end):
            return number, found
        one = f"{seed}/{target.name}/{number}"
        if (finding := attempt(target, one)) is not None:
            found.append(finding)
    raise AssertionError("count() has no end")


def attempt(target, seed):
    """Draw the input of a seed and check it. Return the finding, if it is one."""
    given = target.draw(random.Random(seed))
    try:
        if _seconds(target, given) > SLOWEST_SECONDS * CHECKS_PER_INPUT:
            _time_again(target, given)
    except Exception as error:  # noqa: BLE001  (whatever a reader raises here is a finding)
        return Finding(target.name, seed, given, error)
    return None


def _seconds(target, given):
    start = time.thread_time()
    target.check(given)
    return time.thread_time() - start


def _time_again(target, given):
    fastest = min(_seconds(target, given) for _ in range(3))
    if fastest > SLOWEST_SECONDS * CHECKS_PER_INPUT:
        raise TooSlow(f"{fastest:.3f} s at best")
