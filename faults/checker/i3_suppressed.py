"""I3: no text after "suppressed" was answered.

201 (or 200, for a number that is on the list already): none at all. 202: none but those it
names, whose create call may be under way. A person's own stop: none but one whose create call
was under way. A create call lasts so long at most; the carrier may accept at its end. The
confirmation of a stop comes as TwiML and is no text of ours in this sense.
"""

from collections.abc import Iterator

from faults.checker.findings import Finding, Violation
from faults.checker.numbers import Span
from faults.checker.outcome import Ending, Text
from faults.checker.story import Story

#: Our own limit of 15 s, then a carrier that answers nobody and accepts all the same.
CALL_SECONDS = 21.0


def check(story: Story, end: Ending) -> Finding:
    promise = "no text once the number was answered to be suppressed"
    spans = sum(len(each) for each in story.numbers.spans.values())
    return Finding.of("I3", promise, spans, _violations(story, end))


def _violations(story: Story, end: Ending) -> Iterator[Violation]:
    under_way: set[int] = set()  # the stops that had their one text
    for text in sorted(end.texts, key=lambda each: each.accepted):
        for span in story.numbers.covering(text.to, text.accepted):
            if _excused(text, span, under_way):
                under_way.add(span.op)
            else:
                yield _violation(story, text, span)


def _excused(text: Text, span: Span, under_way: set[int]) -> bool:
    if text.accepted > span.since + CALL_SECONDS:
        return False
    if span.by == "stop":
        return span.op not in under_way
    return text.lead in span.excused


def _violation(story: Story, text: Text, span: Span) -> Violation:
    late = text.accepted - span.since
    says = f"a text ({text.sid}) was accepted {late:.3f} s after {span.by} was answered"
    ops = (*story.posts.ops_of(text.to), span.op)
    return Violation(says, ops, text.to, text.lead, text.accepted)
