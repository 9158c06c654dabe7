"""What has been promised to whom so far, and the check after every step that it holds.

The promises are those of the product (I1 to I7): the model is a few dictionaries, filled by
what was answered, and never by what the database says.
"""

from collections import Counter
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from hypothesis.strategies import (
    SearchStrategy,
    fixed_dictionaries,
    just,
    sampled_from,
    tuples,
)

from tests.machine.carrier import MODES
from tests.machine.snapshot import FINAL_LEADS, FINAL_TEXTS, Snapshot

NUMBERS = ("0142", "0143", "0144", "0145", "0146", "0147", "0002", "0004")
PEOPLE = tuple(f"+1202555{digits}" for digits in NUMBERS)

people = sampled_from(PEOPLE)
#: At which crossing of an edge the process is killed, if at all.
kills = sampled_from((None,) * 12 + tuple(range(1, 13)))
job_kills = sampled_from((None,) * 12 + tuple(range(1, 19)))  # longer, and where it counts
modes = sampled_from(tuple(MODES) + ("ok",) * len(MODES))
databases = sampled_from(["there"] * 4 + ["away", "mute"])


def action(weight: int, **arguments: SearchStrategy[Any]) -> Any:
    """Mark a method as a step of the machine, taken that often among the others."""

    def mark(method: Any) -> Any:
        method.action = weight, arguments
        return method

    return mark


def steps_of(machine: type["Model"]) -> SearchStrategy[tuple[str, dict[str, Any]]]:
    """Draw a step by its weight, then what it takes.

    Hypothesis itself would leave half of the rules out of each run: too few leads get far.
    """
    marked = {name: getattr(machine, name, None) for name in dir(machine)}
    actions = {n: m.action for n, m in marked.items() if hasattr(m, "action")}
    names = [name for name, (weight, _) in sorted(actions.items()) for _ in range(weight)]

    def taking(name: str) -> SearchStrategy[tuple[str, dict[str, Any]]]:
        return tuples(just(name), fixed_dictionaries(actions[name][1]))

    return sampled_from(names).flatmap(taking)


class Model(RuleBasedStateMachine):
    """The promises. The steps are in the modules beside this one."""

    world: Any  # set by the test, one for all runs

    def __init__(self) -> None:
        super().__init__()
        self.acknowledged: set[str] = set()  # lead ids of every 2xx
        self.keys: dict[tuple[str, str], set[str]] = {}  # (key, path) -> ids answered
        self.retired: list[str] = []
        self.is_active = True
        self.is_closed_for_sure = False  # a closing of the live URL has been answered
        self.stops: dict[tuple[str, str], int] = {}  # (phone, kind) -> texts until then
        self.heard: dict[tuple[str, str], bool] = {}
        self.retries: Counter[str] = Counter()
        self.finals: dict[str, tuple[str, int]] = {}
        self.checked_texts = 0
        self.before = Snapshot()

    @initialize(window=sampled_from([24, 0]))
    def begin(self, window: int) -> None:
        self.world.begin(window)
        self.window = window
        self.live = self.world.story.path

    def count(self, what: str) -> None:
        self.world.seen[what] += 1

    def do(self, data: bytes, kill: int | None) -> None:
        """Run one job, to its end or to where it is killed."""
        with self.world.edges.kill_at(kill or 0) as killed:
            self.world.run(data)
        self.count("job killed" if killed else "job done")

    def texts_to(self, phone: str) -> int:
        return sum(sent.to == phone for sent in self.world.carrier.texts)

    @invariant()
    def promises_hold(self) -> None:
        if not hasattr(self, "live"):
            return
        now = Snapshot.take()
        assert now.wrong == [], now.wrong  # I6, and what triggers keep
        self._no_text_too_many(now)
        self._no_text_after_a_stop(now)
        self._final_texts_stay(now)
        self.before = now

    def _no_text_too_many(self, now: Snapshot) -> None:
        """I2: one text a lead, and one for each retry that an operator asked for."""
        sent = Counter(text.lead_id for text in self.world.carrier.texts)
        for lead_id, many in sent.items():
            assert lead_id in now.leads, lead_id
            assert many <= 1 + self.retries[lead_id], (lead_id, many)

    def _no_text_after_a_stop(self, now: Snapshot) -> None:
        """I3: who is suppressed gets nothing more, and stays so until somebody lifts it."""
        for (phone, kind), many in self.stops.items():
            assert self.texts_to(phone) == many, (phone, kind)
            if self.heard.get((phone, kind)):
                assert (phone, kind) in now.suppressed, (phone, kind)
        new = self.world.carrier.texts[self.checked_texts :]
        for sent in new:
            stood = self.before.is_suppressed(sent.to) and now.is_suppressed(sent.to)
            assert not stood, sent
        self.checked_texts = len(self.world.carrier.texts)

    def _final_texts_stay(self, now: Snapshot) -> None:
        """I7: but for an operator's retry."""
        for lead_id, status in now.texts.items():
            known, retried = self.finals.get(lead_id, (status, now.retried.get(lead_id, 0)))
            if retried == now.retried.get(lead_id, 0):
                assert status == known, (lead_id, known, status)
            if status in FINAL_TEXTS:
                self.finals[lead_id] = status, now.retried.get(lead_id, 0)
            else:
                self.finals.pop(lead_id, None)

    def teardown(self) -> None:
        """I1: once all is well, every lead that was answered for ends somewhere."""
        if not hasattr(self, "live"):
            return
        now = self.world.settle()
        self.promises_hold()
        for lead_id in self.acknowledged:
            assert lead_id in now.leads, lead_id
            assert now.leads[lead_id]["status"] in FINAL_LEADS
        assert now.disagreements() == []
        for lead in now.leads.values():
            self.count(f"ended {lead['status']}")
        for status in now.texts.values():
            self.count(f"text ended {status}")
