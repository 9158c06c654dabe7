"""A run in which everything held is not accused of anything."""

from tests.faults.checker.written import (
    JANE,
    JOE,
    A,
    B,
    Written,
    contact,
    judged,
    lead,
    problem,
    text,
)


def test_clean_run_holds_every_promise_and_tries_each():
    history = Written()
    history.post("k1", JANE)
    history.post("k1", JANE, word="duplicate", status=200)
    history.post("k2", JOE, lead=B)
    history.did("look_leads", {}, 200, rows=[[A, "delivered", 1]])
    history.did("suppress", {"phone": JOE}, 201, id="s1", in_flight=[])
    history.did("look_queue", {}, 200, rows=[["c1", JANE, False, 0]])
    history.did("deactivate", {"url": 0}, 200, url=0)
    history.post("k3", JANE, status=423)
    history.did("activate", {"url": 0}, 200, url=0)
    history.note("watch", "sample", {"memory": {"web": 100 << 20}, "disk": 1 << 20})

    found = judged(
        history,
        lead(text="delivered", attempts=1),
        lead(B, "suppressed", JOE),
        text(),
        contact(),
        contact(section="queue"),
        contact(JOE, "c2", suppressed=True),
        ("suppressions", {"id": "s1", "phone": JOE, "kind": "dnc"}),
        log_bytes=10,
        is_on=True,
    )

    assert {name: each.word for name, each in found.items()} == dict.fromkeys(found, "held")


def test_promise_that_nothing_tried_is_not_said_to_be_held():
    found = judged(Written())

    assert {each.word for each in found.values()} == {"not tried"}


def test_lost_answer_is_neither_success_nor_failure():
    history = Written()
    begun = history.begin(
        "post", {"key": "k1", "phone": JANE, "url": 0, "shape": "json", "try": 0}
    )
    history.end(begun, "info", {"error": "ConnectionResetError"})
    history.begin("post", {"key": "k1", "phone": JANE, "url": 0, "shape": "json", "try": 1})

    with_row = judged(history, lead(), text())
    without = judged(history)

    assert not any(each.count for each in with_row.values())
    assert not any(each.count for each in without.values())


def test_pause_and_refusals_with_a_cause_are_no_violation():
    history = Written()
    history.did("deactivate", {"url": 0}, 200, url=0)
    history.post("k1", JANE, status=423)
    history.did("activate", {"url": 0}, 200, url=0)
    history.did("regenerate", {"url": 0}, 200, url=1)
    history.post("k1", JANE, status=410)
    history.did("lift", {"phone": JANE}, 409, **problem())

    found = judged(history)

    assert found["I8"].word == "held"
