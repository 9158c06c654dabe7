"""The judge: ten promises over what was asked, what was answered, and what stands at the end.

It reads the history once into small tables (story.py and the tables beside it), the ending
once, and asks each promise, a module each, for what breaks it. It knows what the documents
promise and nothing of how it is done.
"""

from pathlib import Path

from faults.checker import (
    i1_final,
    i2_one_text,
    i3_suppressed,
    i4_closed,
    i5_one_row,
    i6_one_contact,
    i7_final_stays,
    i8_answers,
    i9_logs,
    i10_bounded,
)
from faults.checker.findings import Finding
from faults.checker.outcome import Ending, load
from faults.checker.story import Story, tell
from faults.ending import read_ending
from faults.history import read

PROMISES = (
    i1_final,
    i2_one_text,
    i3_suppressed,
    i4_closed,
    i5_one_row,
    i6_one_contact,
    i7_final_stays,
    i8_answers,
    i9_logs,
    i10_bounded,
)


def judge(history: Path, ending: Path) -> tuple[Story, list[Finding]]:
    """Judge a stored run."""
    story, end = tell(read(history)), load(read_ending(ending))
    return story, findings(story, end)


def findings(story: Story, end: Ending) -> list[Finding]:
    """Ask every promise, in their order."""
    return [promise.check(story, end) for promise in PROMISES]
