"""What some faults need before a copy starts: small disks, a clock that can be set.

`prepared` makes it in the copy's folder while the block lasts, and tells what the copy is to be
started with. For most faults that is nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from faults.nemesis.fault import Fault


@dataclass(frozen=True)
class StartedWith:
    """What is added to the environment of a copy, and to the command line of dev.run."""

    environment: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()


@runtime_checkable
class Surrounded(Protocol):
    """A fault that needs something before the copy starts."""

    def surroundings(self, folder: Path) -> AbstractContextManager[StartedWith]:
        """Raises NotHere where this machine cannot have it."""


@contextmanager
def prepared(fault: Fault, folder: Path) -> Iterator[StartedWith]:
    """Make what this fault needs, in the folder in which the copy will live."""
    if not isinstance(fault, Surrounded):
        yield StartedWith()
        return
    with fault.surroundings(folder) as started_with:
        yield started_with
