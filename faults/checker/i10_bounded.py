"""I10: memory and disk stay bounded, outage or not."""

from collections.abc import Iterator

from faults.checker.findings import Finding, Violation
from faults.checker.outcome import Ending
from faults.checker.samples import DISK_A_POST, MIB, MOST_DISK, MOST_MEMORY
from faults.checker.story import Story


def check(story: Story, _end: Ending) -> Finding:
    promise = "memory and disk stay bounded"
    return Finding.of("I10", promise, story.samples.count, _violations(story))


def _violations(story: Story) -> Iterator[Violation]:
    for role, most in MOST_MEMORY.items():
        size = story.samples.memory.get(role, 0)
        if size > most:
            yield Violation(f"a {role} process had {size // MIB} MiB, over {most // MIB}")
    posts = sum(count for (f, _), count in story.answers.counts.items() if f == "post")
    most = story.samples.first_disk + MOST_DISK + DISK_A_POST * posts
    if story.samples.disk > most:
        yield Violation(f"{story.samples.disk // MIB} MiB on disk after {posts} posts")
