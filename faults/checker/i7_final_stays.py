"""I7: a final delivery status never changes, unless an operator has the text sent again."""

from collections.abc import Iterator

from faults.checker.findings import Finding, Violation
from faults.checker.outcome import Ending
from faults.checker.story import Story


def check(story: Story, end: Ending) -> Finding:
    violations = list(_violations(story, end))
    promise = "a final delivery status stays"
    return Finding.of("I7", promise, story.looks.compared, violations)


def _violations(story: Story, end: Ending) -> Iterator[Violation]:
    yield from story.looks.changed
    for lead_id in story.looks.final:
        lead = end.leads.get(lead_id)
        if lead is not None and lead.text is not None:
            change = story.looks.at_the_end(lead_id, lead.text, lead.attempts)
            if change is not None:
                yield change._replace(phone=lead.phone)
