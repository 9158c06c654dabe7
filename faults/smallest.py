"""The smallest history that shows a violation: what was done to that lead, number or URL.

Its operations, every use of the switch where the switch is part of it, and the faults that
were there at the time.
"""

from collections.abc import Iterator
from pathlib import Path

from faults.checker.findings import Violation
from faults.checker.story import NEMESIS
from faults.checker.switch import VERBS
from faults.history import INVOKE, Entry, read

#: Faults that began so much before its first operation are still told.
AROUND_SECONDS = 30.0


def smallest(history: Path, violation: Violation) -> list[Entry]:
    """Give the lines that show it, in their order."""
    entries = list(_concerned(history, violation))
    if not entries:
        return []
    first, last = entries[0].time - AROUND_SECONDS, entries[-1].time
    faults = (
        entry
        for entry in read(history)
        if entry.op == 0 and entry.process == NEMESIS and first <= entry.time <= last
    )
    return sorted([*entries, *faults], key=lambda entry: entry.time)


def _concerned(history: Path, violation: Violation) -> Iterator[Entry]:
    """Give the operations of the number and the lead, and those that the judge named."""
    named = set(violation.ops)
    switched = _names_the_switch(history, named)
    chosen: set[int] = set()
    for entry in read(history):
        in_time = violation.at is None or entry.wall <= violation.at
        about = entry.type == INVOKE and _is_about(entry, violation, named, switched=switched)
        if about and in_time:
            chosen.add(entry.op)
        if entry.op in chosen:
            yield entry


def _names_the_switch(history: Path, named: set[int]) -> bool:
    return any(entry.op in named and entry.f in VERBS for entry in read(history))


def _is_about(entry: Entry, violation: Violation, named: set[int], *, switched: bool) -> bool:
    value = entry.value
    return (
        entry.op in named
        or (violation.phone is not None and value.get("phone") == violation.phone)
        or (violation.lead is not None and value.get("lead") == violation.lead)
        or (switched and entry.f in VERBS)
    )
