"""I4: nothing is taken at a URL once deactivate, regenerate or delete was answered with 200.

Neither a 2xx for a request that began after it, nor a row that was received after it.
"""

from bisect import bisect_left
from collections.abc import Iterator
from math import inf

from faults.checker.findings import Finding, Violation
from faults.checker.outcome import Ending, Lead
from faults.checker.story import Story

#: A fault that moves the service's clocks: then its times are no evidence.
CLOCKS = "clock"


def check(story: Story, end: Ending) -> Finding:
    promise = "nothing taken at a URL that was answered to be closed"
    return Finding.of("I4", promise, story.switch.tried, _violations(story, end))


def _violations(story: Story, end: Ending) -> Iterator[Violation]:
    for post, closed_by, phone in story.switch.late:
        yield Violation(
            "2xx for a request that began after the URL closed", (closed_by, post), phone
        )
    if not any(CLOCKS in fault for fault in story.faults):
        begins = [off.since for off in story.switch.offs]
        for lead_id, lead in end.leads.items():
            yield from _while_off(story, begins, lead_id, lead)
            yield from _at_dead_url(story, lead_id, lead)


def _while_off(
    story: Story, begins: list[float], lead_id: str, lead: Lead
) -> Iterator[Violation]:
    place = bisect_left(begins, lead.received) - 1
    if place < 0:
        return
    off = story.switch.offs[place]
    if off.since < lead.received < off.until:
        late = lead.received - off.since
        says = f"a lead was received {late:.3f} s after the integration was off"
        ops = (off.op, *story.posts.ops_of(lead.phone))
        yield Violation(says, ops, lead.phone, lead_id, lead.received)


def _at_dead_url(story: Story, lead_id: str, lead: Lead) -> Iterator[Violation]:
    """A number all of whose posts went to dead URLs has no lead from after their death."""
    keys = story.posts.by_phone.get(lead.phone or "", [])
    url = max((key.highest_url for key in keys), default=-1)
    since, op = story.switch.dead_since.get(url, (inf, 0))
    if lead.received > since:
        late = lead.received - since
        says = f"a lead was received {late:.3f} s after its URL was replaced"
        ops = (op, *story.posts.ops_of(lead.phone))
        yield Violation(says, ops, lead.phone, lead_id, lead.received)
