"""The history, read once: each table hears what concerns it and keeps little of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf

from faults.checker.answers import Answers
from faults.checker.looks import Looks
from faults.checker.numbers import Numbers
from faults.checker.posts import Posts
from faults.checker.samples import Samples
from faults.checker.switch import Switch
from faults.history import INFO, INVOKE, Entry

NEMESIS = "nemesis"


@dataclass
class Story:
    posts: Posts = field(default_factory=Posts)
    numbers: Numbers = field(default_factory=Numbers)
    switch: Switch = field(default_factory=Switch)
    looks: Looks = field(default_factory=Looks)
    answers: Answers = field(default_factory=Answers)
    samples: Samples = field(default_factory=Samples)
    faults: list[str] = field(default_factory=list)


def tell(entries: Iterable[Entry]) -> Story:
    """Read a history; what has no end in it may have happened, or not."""
    story = Story()
    listeners = (story.switch, story.posts, story.numbers, story.looks, story.answers)
    begun: dict[int, Entry] = {}
    for entry in entries:
        if entry.op == 0:
            _note(story, entry)
        elif entry.type == INVOKE:
            begun[entry.op] = entry
            for listener in listeners:
                listener.began(entry)
        else:
            beginning = begun.pop(entry.op)
            for listener in listeners:
                listener.ended(beginning, entry)
    for beginning in begun.values():
        for listener in listeners:
            listener.ended(beginning, _never(beginning))
    return story


def _note(story: Story, entry: Entry) -> None:
    if entry.process == NEMESIS:
        if entry.f == "begin":
            story.faults.append(str(entry.value))
    else:
        story.samples.noted(entry)


def _never(beginning: Entry) -> Entry:
    return beginning._replace(type=INFO, value={}, time=inf, wall=inf)
