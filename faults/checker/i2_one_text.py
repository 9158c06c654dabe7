"""I2: one text per lead at most, and one more for each retry that an operator asked for.

A text is a lead's by the lead that its status callback names, else by number and time. Beside
that: none for a duplicate, none for a lead that is not there, and never a second one to a
person whose first lead counts.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from faults.checker.findings import Finding, Violation
from faults.checker.outcome import Ending, Lead, Text
from faults.checker.story import Story

#: A lead in one of these counts as the first of its person, whatever it went through.
COUNTS = frozenset({"joined", "landline"})


def check(story: Story, end: Ending) -> Finding:
    promise = "at most one text per lead and per retry asked for"
    return Finding.of("I2", promise, len(end.texts), _violations(story, end))


def _violations(story: Story, end: Ending) -> Iterator[Violation]:
    by_lead = _by_lead(end)
    for lead_id, texts in by_lead.items():
        lead = end.leads.get(lead_id)
        if lead is not None:
            yield from _of_lead(story, lead_id, lead, texts)
        elif texts[0].to in story.posts.by_phone:
            yield _violation(story, "a text for a lead that is not there", lead_id, texts)
    yield from _of_people(story, end, by_lead)


def _of_lead(story: Story, lead_id: str, lead: Lead, texts: list[Text]) -> Iterator[Violation]:
    retries = story.looks.retries.get(lead_id, [])
    if len(texts) > 1 + len(retries):
        says = f"{len(texts)} texts for one lead, with {len(retries)} retries asked for"
        yield _violation(story, says, lead_id, texts, *retries)
    if lead.status == "duplicate":
        yield _violation(story, "a text for a duplicate", lead_id, texts)


def _of_people(
    story: Story, end: Ending, by_lead: dict[str, list[Text]]
) -> Iterator[Violation]:
    """Find people with a second lead that was texted although the first one counted."""
    for leads in _texted(end, by_lead).values():
        leads.sort(key=lambda lead_id: end.leads[lead_id].received)
        for first, second in pairwise(leads):
            if _counted(story, first, end.leads[first]):
                says = "a second text to a person, for another lead"
                yield _violation(story, says, second, by_lead[first] + by_lead[second])


def _texted(end: Ending, by_lead: dict[str, list[Text]]) -> dict[str, list[str]]:
    """The leads of each number that were texted."""
    people = defaultdict(list)
    for lead_id in by_lead:
        if (lead := end.leads.get(lead_id)) and lead.phone:
            people[lead.phone].append(lead_id)
    return people


def _counted(story: Story, lead_id: str, lead: Lead) -> bool:
    """Say whether it surely counted all the time: it never waited for a person's decision."""
    was_plain = lead.attempts == 1 and lead_id not in story.looks.retries
    return was_plain and lead.status in COUNTS


def _by_lead(end: Ending) -> dict[str, list[Text]]:
    by_lead, nameless = defaultdict(list), []
    for text in end.texts:
        if text.lead is None:
            nameless.append(text)
        else:
            by_lead[text.lead].append(text)
    for text in nameless:
        by_lead[_nearest(end, text)].append(text)
    return dict(by_lead)


def _nearest(end: Ending, text: Text) -> str:
    """The number's latest lead at the time; "" where it had none."""
    earlier = (
        (lead.received, lead_id)
        for lead_id, lead in end.leads.items()
        if lead.phone == text.to and lead.received <= text.accepted
    )
    return max(earlier, default=(0.0, ""))[1]


def _violation(
    story: Story, says: str, lead_id: str, texts: list[Text], *ops: int
) -> Violation:
    phone = texts[0].to
    sids = ", ".join(text.sid for text in texts)
    shown = (*story.posts.ops_of(phone), *ops)
    last = max(text.accepted for text in texts)
    return Violation(f"{says} ({sids})", shown, phone, lead_id, last)
