"""I9: no token, password, key, name or full phone number in any log."""

from faults.checker.findings import Finding, Violation
from faults.checker.outcome import Ending
from faults.checker.story import Story


def check(_story: Story, end: Ending) -> Finding:
    promise = "no secret, name or full phone number in any log"
    found = (
        Violation(f"a {leak.kind} stands in {leak.file}, line {leak.line}")
        for leak in end.leaks
    )
    return Finding.of("I9", promise, int(end.facts.get("log_bytes", 0)), found)
