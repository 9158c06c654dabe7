"""What a run leaves: a table for the reader, and results.json for scripts.

The machine is described by what figures depend on: never by its name or its folders.
"""

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from bench.figures import Figure
from bench.load import generator
from bench.profiles import Profile

RESULTS = Path(__file__).with_name("results.json")
SHOWN = 12
_MARKS = {None: "", True: " met", False: " NOT MET"}


def table(figures: Sequence[Figure]) -> str:
    """Write the figures as lines: measure, figure, goal, met or not."""
    lines = [f"{'#':>2}  {'measure':44} {'figure':>14}  {'goal':10} met"]
    lines += [
        f"{each.measure:>2}  {each.name:44} {_said(each):>14}  {each.goal:10}{_MARKS[each.met]}"
        for each in figures
    ]
    return "\n".join(line.rstrip() for line in lines)


def hottest(profiles: dict[str, Profile]) -> str:
    """Write where the CPU time went: the largest own shares."""
    lines = []
    for name, profile in profiles.items():
        lines.append(
            f"\nCPU profile, {name}: {profile.missing or f'{profile.samples} samples'}"
        )
        lines += [f"  {share:6.1%}  {function}" for function, share in profile.own[:SHOWN]]
    return "\n".join(lines)


def write(
    described: dict[str, Any],
    figures: Sequence[Figure],
    profiles: dict[str, Profile],
    details: dict[str, Any],
) -> None:
    """Write results.json, in one piece. *described* is the machine before the run.

    What this run has not measured stays as an earlier one left it: each figure has its time.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    known: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    measured = {each.measure for each in figures}
    told = [_told(each) | {"at": now} for each in figures]
    told += [each for each in known.get("figures", []) if each["measure"] not in measured]
    whole = {
        "at": now,
        "machine": described,
        "load_generator": generator(),
        "figures": sorted(told, key=lambda each: int(each["measure"])),
        "details": known.get("details", {}) | details,
        "profiles": known.get("profiles", {})
        | {name: vars(profile) for name, profile in profiles.items()},
    }
    draft = RESULTS.with_suffix(".new")
    draft.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    draft.replace(RESULTS)


def machine() -> dict[str, Any]:
    """Describe what the figures depend on. The load tells how quiet the machine was before."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "load_before": round(psutil.getloadavg()[0], 2),
    }


def _told(figure: Figure) -> dict[str, Any]:
    return {
        "measure": figure.measure,
        "name": figure.name.strip(),
        "value": round(figure.value, 3),
        "unit": figure.unit,
        "goal": figure.goal or None,
        "met": figure.met,
    }


def _said(figure: Figure) -> str:
    digits = 2 if figure.value < 100 else 0  # noqa: PLR2004  (three figures are enough)
    return f"{figure.value:,.{digits}f} {figure.unit}"
