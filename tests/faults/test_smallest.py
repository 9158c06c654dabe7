from faults.checker.findings import Violation
from faults.history import OK, History, read
from faults.smallest import smallest

JANE, JOE = "+12025550142", "+12025550143"


def test_smallest_history_is_what_concerns_the_number_and_the_faults_around(tmp_path):
    path = tmp_path / "history.jsonl"
    with History(path) as history:
        jane = history.invoke("p", "post", {"phone": JANE, "key": "k1"})
        joe = history.invoke("p", "post", {"phone": JOE, "key": "k2"})
        history.note("nemesis", "begin", "kill-worker")
        history.note("watch", "sample", {})
        history.end(joe, OK, {})
        history.end(jane, OK, {})
        history.end(history.invoke("switch", "deactivate", {"url": 0}), OK, {})

    found = smallest(path, Violation("two texts", (jane.op,), JANE))

    assert [(entry.type, entry.f) for entry in found] == [
        ("invoke", "post"),
        ("info", "begin"),
        ("ok", "post"),
    ]


def test_violation_that_names_the_switch_shows_all_of_its_uses(tmp_path):
    path = tmp_path / "history.jsonl"
    with History(path) as history:
        off = history.invoke("switch", "deactivate", {"url": 0})
        history.end(off, OK, {})
        post = history.invoke("p", "post", {"phone": JANE, "key": "k1"})
        history.end(history.invoke("switch", "activate", {"url": 0}), OK, {})

    found = smallest(path, Violation("taken while off", (off.op, post.op), JANE))

    assert [entry.f for entry in found] == [
        *("deactivate", "deactivate", "post", "activate", "activate")
    ]


def test_what_began_after_the_violation_has_no_part_in_it(tmp_path):
    path = tmp_path / "history.jsonl"
    with History(path) as history:
        post = history.invoke("p", "post", {"phone": JANE, "key": "k1"})
        history.end(post, OK, {})
        history.invoke("p", "post", {"phone": JANE, "key": "k2"})
    [begun, ended, _later] = read(path)

    found = smallest(path, Violation("two texts", (post.op,), JANE, at=ended.wall))

    assert found == [begun, ended]
