import pytest

from tests.faults.checker.written import JANE, Written, contact, judged, violated

ON_A_LIST = ("suppressions", {"id": "s1", "phone": JANE, "kind": "opted_out"})


@pytest.mark.parametrize("section", ["contacts", "queue"])
def test_number_that_is_there_twice_violates_promise_6(section):
    rows = contact(section=section), contact(contact_id="c2", section=section)

    assert violated(Written(), *rows) == {"I6"}


@pytest.mark.parametrize(
    "rows",
    [
        (contact(section="queue", suppressed=True),),
        (contact(section="queue", groups=1),),
        (contact(section="queue"), ON_A_LIST),
    ],
)
def test_contact_that_waits_where_it_must_not_violates_promise_6(rows):
    assert violated(Written(), *rows) == {"I6"}


@pytest.mark.parametrize("row", [["c1", JANE, True, 0], ["c1", JANE, False, 1]])
def test_contact_that_was_seen_where_it_must_not_be_violates_promise_6(row):
    history = Written()
    op = history.did("look_queue", {}, 200, rows=[row])

    found = judged(history)["I6"]

    assert [each.ops for each in found.violations] == [(op,)]


def test_contact_seen_in_the_queue_after_suppressed_was_answered_violates_promise_6():
    history = Written()
    history.did("suppress", {"phone": JANE}, 201, id="s1", in_flight=[])
    history.did("look_queue", {}, 200, rows=[["c1", JANE, False, 0]])

    assert violated(history) == {"I6"}


def test_look_that_began_before_the_answer_may_show_the_contact():
    history = Written()
    look = history.begin("look_queue")
    history.did("suppress", {"phone": JANE}, 201, id="s1", in_flight=[])
    history.end(look, "ok", {"status": 200, "rows": [["c1", JANE, False, 0]]})

    assert violated(history) == set()
