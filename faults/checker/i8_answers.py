"""I8: every answer that is no success has an allowed code, a cause, and no stack trace."""

from faults.checker.findings import Finding, Violation
from faults.checker.outcome import Ending
from faults.checker.story import Story


def check(story: Story, _end: Ending) -> Finding:
    promise = "only allowed codes, each with its cause, never a stack trace"
    uncalled = (
        Violation(
            f"post answered {each.status} and nobody had closed the URL",
            (each.post,),
            each.phone,
        )
        for each in story.switch.uncalled
    )
    found = Finding.of("I8", promise, story.answers.counts.total(), uncalled)
    found.violations = [*story.answers.bad, *found.violations]
    found.count += story.answers.bad_count
    return found
