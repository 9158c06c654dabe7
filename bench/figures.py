"""The arithmetic of a run: medians, percentiles, ratios of rounds that alternated, goals."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


def median(values: Sequence[float]) -> float:
    """Return the middle of all rounds: one disturbed round does not move it."""
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that *percent* of all values do not exceed."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)  # rounded up
    return ordered[max(0, int(rank) - 1)]


def ratio(mine: Sequence[float], theirs: Sequence[float]) -> float:
    """Compare round by round, then take the median: neighbors shared the machine's mood."""
    return median([own / peer for own, peer in zip(mine, theirs, strict=True)])


@dataclass(frozen=True)
class Figure:
    """One measured figure, with its goal where there is one."""

    measure: int  # its number in the list of what is measured
    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool | None:
        """Say whether the goal is met; None without one."""
        if self.at_least is None and self.at_most is None:
            return None
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)

    @property
    def goal(self) -> str:
        """Say the goal as the table shows it."""
        least = f">= {self.at_least:g}" if self.at_least is not None else ""
        most = f"<= {self.at_most:g}" if self.at_most is not None else ""
        return f"{least} {most}".strip()
