"""I6: one live contact per number, once in the queue, never there suppressed or in a group."""

from collections.abc import Iterable, Iterator

from faults.checker.findings import Finding, Violation
from faults.checker.outcome import Contact, Ending
from faults.checker.story import Story


def check(story: Story, end: Ending) -> Finding:
    promise = "one contact per number, in the queue once, and only where it belongs there"
    seen = len(end.contacts) + len(end.queue) + story.numbers.rows_seen
    return Finding.of("I6", promise, seen, _violations(story, end))


def _violations(story: Story, end: Ending) -> Iterator[Violation]:
    for phone in _twice(contact.phone for contact in end.contacts):
        yield Violation("two live contacts of one number", story.posts.ops_of(phone), phone)
    for phone in _twice(contact.phone for contact in end.queue):
        yield Violation("in the queue twice", story.posts.ops_of(phone), phone)
    for contact in end.queue:
        if why := _misplaced(contact, end):
            says = f"in the queue while {why}"
            yield Violation(says, story.posts.ops_of(contact.phone), contact.phone)
    yield from story.numbers.odd_rows


def _twice(values: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            yield value
        seen.add(value)


def _misplaced(contact: Contact, end: Ending) -> str | None:
    if contact.suppressed or contact.phone in end.suppressed:
        return "suppressed"
    return "in a group" if contact.groups else None
