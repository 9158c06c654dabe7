"""The table of faults: nothing is left out, and whatever begins is ended."""

import random
from collections import Counter

import pytest

from faults.expected import EXPECTED, unmet
from faults.history import INFO, INVOKE, OK, Entry, History, read
from faults.nemesis import TABLE, NotHere, Unmet, applied
from faults.nemesis.failpoints import STORIES, all_names
from faults.nemesis.fault import Strike
from faults.nemesis.surroundings import prepared


class Noted:
    """A fault that remembers what was done with it, and may have its own mishap."""

    name, seconds = "noted", 0.0

    def __init__(self, at_the_beginning=None, at_the_end=None):
        self.done = []
        self._mishaps = {"begin": at_the_beginning, "end": at_the_end}

    def begin(self, service):
        self._do("begin")

    def end(self, service):
        self._do("end")

    def _do(self, what):
        self.done.append(what)
        if self._mishaps[what]:
            raise self._mishaps[what]


@pytest.mark.parametrize("name", sorted(TABLE))
def test_fault_has_its_name_and_lasts_a_while(name):
    fault = TABLE[name](random.Random(1))

    assert fault.name == name
    assert 0 < fault.seconds <= 60


def test_each_failpoint_of_the_product_kills_in_exactly_one_story():
    names = all_names()

    stories = Counter(
        name
        for name in names
        for words, _, _ in STORIES.values()
        if name.startswith(tuple(words))
    )

    assert len(names) > 20
    assert stories == Counter(names)


def test_fault_is_ended_when_what_happens_meanwhile_goes_wrong():
    fault = Noted()

    with pytest.raises(KeyboardInterrupt), applied(fault, None):
        raise KeyboardInterrupt

    assert fault.done == ["begin", "end"]


def test_fault_that_fails_half_begun_is_ended():
    fault = Noted(at_the_beginning=NotHere("half done"))

    with pytest.raises(NotHere), applied(fault, None):
        pytest.fail("it never stood")

    assert fault.done == ["begin", "end"]


def test_history_tells_when_a_fault_began_stood_and_ended(tmp_path):
    path = tmp_path / "history.jsonl"

    with History(path) as history, applied(Strike("one", 1, lambda _: None), None, history):
        history.note("desk", "meanwhile", 1)

    told = [(entry.process, entry.f, entry.value) for entry in read(path)]
    assert told == [
        ("nemesis", "begin", "one"),
        ("nemesis", "begun", "one"),
        ("desk", "meanwhile", 1),
        ("nemesis", "end", "one"),
    ]


def test_most_faults_need_nothing_before_the_copy_starts(tmp_path):
    with prepared(TABLE["kill-web"](random.Random(1)), tmp_path) as started_with:
        assert (dict(started_with.environment), started_with.options) == ({}, ())


def test_failpoint_story_starts_the_copy_with_all_of_it_armed_once(tmp_path):
    with prepared(TABLE["failpoints-accept"](random.Random(1)), tmp_path) as started_with:
        armed = started_with.environment["FAILPOINT"].split(",")

    expected = [name for name in all_names() if name.startswith("accept_")]
    assert [each.split(":")[0] for each in armed] == expected
    assert all(each.split(":")[1] == "kill" for each in armed)
    assert started_with.environment["FAILPOINT_ONCE"].startswith(str(tmp_path))


def test_expectations_are_of_faults_that_there_are():
    assert set(EXPECTED) <= set(TABLE)


def posts(*answers, fault="redis-full-postgres-hung"):
    """A history in which a fault stands from second 0 to 100: (began, ended, status)."""
    yield Entry(INFO, "nemesis", "begin", fault, -1, 0)
    yield Entry(INFO, "nemesis", "begun", fault, 0, 0)
    for op, (began, ended, status) in enumerate(answers, 1):
        yield Entry(INVOKE, "lead", "post", {}, began, 0, op)
        ending = INFO if status >= 500 or not status else OK
        yield Entry(ending, "lead", "post", {"status": status}, ended, 0, op)
    yield Entry(INFO, "nemesis", "end", fault, 100, 0)


def test_refusals_while_no_store_is_left_are_as_expected():
    history = posts((5, 5.1, 503), (6, 6.1, 503), (7, 7.1, 0))

    assert unmet("redis-full-postgres-hung", history) == []


def test_lead_accepted_while_no_store_is_left_is_told():
    [said] = unmet("redis-full-postgres-hung", posts((5, 5.1, 503), (6, 6.1, 202)))

    assert said == "1 of 2 posts were accepted with no store"


def test_post_before_the_fault_stood_says_nothing():
    history = posts((0.5, 5.1, 202), (6, 6.1, 503))

    assert unmet("redis-full-postgres-hung", history) == []


def test_error_where_redis_should_not_matter_is_told():
    [said] = unmet("redis-full", posts((5, 5.1, 202), (6, 6.1, 503), fault="redis-full"))

    assert said == "1 of 2 posts were answered with 5xx"


def test_late_answers_are_told():
    [said] = unmet("postgres-hung", posts((5, 9.0, 202), (6, 9.5, 202), fault="postgres-hung"))

    assert said == "answers took up to 4.0 s"


def test_fault_under_which_nobody_posted_proves_nothing():
    assert unmet("redis-full", posts(fault="redis-full")) == [
        "no post began while the fault stood"
    ]


def test_unmet_at_the_end_is_heard():
    with pytest.raises(Unmet), applied(Noted(at_the_end=Unmet("still there")), None):
        pass
