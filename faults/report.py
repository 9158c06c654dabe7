"""The verdict of a run: verdict.json for programs, summary.md for people."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from faults.checker.findings import Finding
from faults.checker.outcome import Ending
from faults.checker.samples import MIB
from faults.checker.story import Story
from faults.smallest import smallest

#: So many violations of a promise get their smallest history.
SHOWN = 3


def write_report(folder: Path, story: Story, end: Ending, found: list[Finding]) -> None:
    """Write verdict.json, summary.md, and the smallest history of what was violated."""
    verdict = {"held": held(found), "promises": [each.as_json() for each in found]}
    figures = figures_of(story, end)
    (folder / "verdict.json").write_text(
        json.dumps(verdict | {"figures": figures}, indent=1), encoding="utf-8"
    )
    (folder / "summary.md").write_text(
        "\n".join(_summary(story, end, found)) + "\n", encoding="utf-8"
    )
    for finding in found:
        for count, violation in enumerate(finding.violations[:SHOWN], 1):
            path = folder / f"smallest-{finding.name}-{count}.jsonl"
            entries = smallest(folder / "history.jsonl", violation)
            lines = [json.dumps(violation.as_json()), *(_line(entry) for entry in entries)]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def held(found: list[Finding]) -> bool:
    """Say whether nothing was violated."""
    return not any(finding.count for finding in found)


def figures_of(story: Story, end: Ending) -> dict[str, Any]:
    """The sizes of a run."""
    return {
        "keys": len(story.posts.keys),
        "accepted": story.posts.accepted,
        "answered as duplicates": story.posts.duplicates,
        "leads": len(end.leads),
        "by the spool": sum(lead.via == "spool" for lead in end.leads.values()),
        "texts": len(end.texts),
        "confirmations": end.replies,
        "contacts": len(end.contacts),
        "in the queue": len(end.queue),
        "jobs": end.jobs,
        "spans of suppression": sum(len(each) for each in story.numbers.spans.values()),
        "retries": sum(len(each) for each in story.looks.retries.values()),
        "times off": len(story.switch.offs),
        "URLs replaced": len(story.switch.dead_since),
        "posts at a closed URL": story.switch.tried,
        "faults": len(story.faults),
        "seconds to settle": end.facts.get("settled"),
        "largest process, MiB": {
            role: size // MIB for role, size in sorted(story.samples.memory.items())
        },
        "disk, MiB": [story.samples.first_disk // MIB, story.samples.disk // MIB],
    }


def _summary(story: Story, end: Ending, found: list[Finding]) -> Iterator[str]:
    yield f"# {'Held' if held(found) else 'Violated'}"
    yield ""
    yield "| | promise | verdict | cases | violations | known hole |"
    yield "|---|---|---|---|---|---|"
    for each in found:
        counts = f"{each.checked} | {each.count} | {each.residual}"
        yield f"| {each.name} | {each.promise} | {each.word} | {counts} |"
    yield from _violations(found)
    yield from ("", "## Figures", "", "| what | figure |", "|---|---|")
    for name, figure in figures_of(story, end).items():
        yield f"| {name} | {figure} |"
    yield from ("", "## Leads by status", "", "| status | leads |", "|---|---|")
    for status, count in sorted(Counter(lead.status for lead in end.leads.values()).items()):
        yield f"| {status} | {count} |"
    yield from ("", "## Answers", "", "| asked | answered | times |", "|---|---|---|")
    for (f, answer), count in sorted(story.answers.counts.items()):
        yield f"| {f} | {answer} | {count} |"
    yield from ("", "## Faults", "", "| fault | times |", "|---|---|")
    for fault, count in sorted(Counter(story.faults).items()):
        yield f"| {fault} | {count} |"


def _violations(found: list[Finding]) -> Iterator[str]:
    for finding in found:
        if finding.count:
            yield from ("", f"## {finding.name}: {finding.count} violations", "")
            for violation in finding.violations[:SHOWN]:
                yield f"- {violation.says}; operations {list(violation.ops)}"


def _line(entry: Any) -> str:
    return json.dumps(entry._asdict(), separators=(",", ":"))
