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
#: Faults after which Redis knows nothing any more, by words of their names.
LOSES_THE_DISK = ("wiped", "flushed")
#: On a busy machine the spool is drained within so long.
DRAIN_SECONDS = 30.0


@dataclass
class Story:
    posts: Posts = field(default_factory=Posts)
    numbers: Numbers = field(default_factory=Numbers)
    switch: Switch = field(default_factory=Switch)
    looks: Looks = field(default_factory=Looks)
    answers: Answers = field(default_factory=Answers)
    samples: Samples = field(default_factory=Samples)
    faults: list[str] = field(default_factory=list)
    lost_disks: list[tuple[float, float]] = field(default_factory=list)  # from, until

    def lost_the_spool(self, lead_id: str) -> bool:
        """Say whether a lead may have been in the spool when Redis lost its disk.

        The one known hole: PostgreSQL is away, or too late, and Redis' disk is lost before
        the drain. From outside it shows as an answer that PostgreSQL cannot have given.
        """
        at = self.posts.late.get(lead_id)
        return at is not None and any(
            begin - DRAIN_SECONDS <= at <= end for begin, end in self.lost_disks
        )


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
        if any(word in str(entry.value) for word in LOSES_THE_DISK):
            _note_lost_disk(story, entry)
    else:
        story.samples.noted(entry)


def _note_lost_disk(story: Story, entry: Entry) -> None:
    if entry.f == "begin":
        story.lost_disks.append((entry.time, inf))
    elif entry.f == "end" and story.lost_disks:
        story.lost_disks[-1] = (story.lost_disks[-1][0], entry.time)


def _never(beginning: Entry) -> Entry:
    return beginning._replace(type=INFO, value={}, time=inf, wall=inf)
