"""I5: one key, one row, one lead id.

A key that Path F took while PostgreSQL was away is told its own row's id; asked again it is
told the first lead of that person, where the row turned out to be a duplicate. So ids are
compared by the lead that counts. A tool without a key is known by its bytes, which count only
as long as their lead counts as the first of its person.
"""

from collections.abc import Iterator

from faults.checker.findings import Finding, Violation
from faults.checker.outcome import Ending
from faults.checker.posts import BYTES_ARE_THE_KEY, Key
from faults.checker.story import Story

#: A lead in one of these may have ceased to count.
MAY_NOT_COUNT = frozenset({"needs_attention", "suppressed", "dropped", "test"})


def check(story: Story, end: Ending) -> Finding:
    promise = "one row and one lead id for each idempotency key"
    return Finding.of("I5", promise, len(story.posts.keys), _violations(story, end))


def _violations(story: Story, end: Ending) -> Iterator[Violation]:
    for key in story.posts.keys.values():
        yield from _of_key(story, end, key)
    rows: dict[str, int] = {}
    for lead in end.leads.values():
        if lead.phone:
            rows[lead.phone] = rows.get(lead.phone, 0) + 1
    for phone, count in rows.items():
        most = sum(_most_rows(key) for key in story.posts.by_phone.get(phone, []))
        if count > most:
            says = f"{count} rows for a number that was posted under {most} keys"
            yield Violation(says, story.posts.ops_of(phone), phone)


def _of_key(story: Story, end: Ending, key: Key) -> Iterator[Violation]:
    firsts = {end.first_of(lead_id) for lead_id in key.ids}
    ops = tuple(key.ids.values())
    if len(firsts) > 1 and not _may_be_given_up(story, end, key):
        yield Violation(f"one key was told {len(firsts)} leads", ops, key.phone)
    for lead_id, op in key.ids.items():
        lead = end.leads.get(lead_id)
        if lead is not None and lead.phone != key.phone:
            yield Violation("a key was told somebody else's lead", (op,), key.phone, lead_id)


def _may_be_given_up(story: Story, end: Ending, key: Key) -> bool:
    """Say whether all but one of the leads may have ceased to count."""
    if key.shape != BYTES_ARE_THE_KEY:
        return False
    counting = [
        lead_id
        for lead_id in {end.first_of(each) for each in key.ids}
        if lead_id not in story.looks.retries
        and (lead := end.leads.get(lead_id)) is not None
        and lead.status not in MAY_NOT_COUNT
    ]
    return len(counting) <= 1


def _most_rows(key: Key) -> int:
    return key.tries if key.shape == BYTES_ARE_THE_KEY else 1
