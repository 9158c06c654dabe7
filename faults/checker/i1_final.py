"""I1: every lead that was answered with 2xx is there, and ended in time.

Leads that were lost with Redis' disk before they were drained are the documented hole.
"""

from collections.abc import Iterator

from faults.checker.findings import Finding, Violation
from faults.checker.outcome import Ending
from faults.checker.story import Story

FINAL = frozenset(
    {"joined", "landline", "suppressed", "duplicate", "test", "held", "dropped"}
    | {"needs_attention"}
)
HELD = "held"


def check(story: Story, end: Ending) -> Finding:
    promise = "every 2xx lead ends, within its time after the faults"
    found = Finding.of("I1", promise, len(story.posts.taken), _violations(story, end))
    found.residual = sum(
        lead_id not in end.leads and story.lost_the_spool(lead_id)
        for lead_id in story.posts.late
    )
    return found


def _violations(story: Story, end: Ending) -> Iterator[Violation]:
    for op in story.posts.nameless:
        yield Violation("a 2xx that names no lead", (op,))
    for lead_id, op in story.posts.taken.items():
        lead = end.leads.get(lead_id)
        if lead is None and story.lost_the_spool(lead_id):
            continue
        if lead is None:
            yield Violation("a lead that was answered with 2xx is lost", (op,), lead=lead_id)
        elif lead.status not in FINAL:
            says = f"a lead is still {lead.status}"
            yield Violation(says, (op,), lead.phone, lead_id)
        elif lead.status == HELD and end.facts.get("is_on"):
            # Final, but only while there is something to wait for (product.md 2).
            says = "a lead is held although the integration is on"
            yield Violation(says, (op,), lead.phone, lead_id)
