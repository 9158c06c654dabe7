import pytest

from tests.faults.checker.written import JANE, A, Written, judged, lead, violated


def test_lead_that_was_answered_with_2xx_and_is_gone_violates_promise_1():
    history = Written()
    op = history.post("k1", JANE)

    found = judged(history)["I1"]

    assert [(each.lead, each.ops) for each in found.violations] == [(A, (op,))]


@pytest.mark.parametrize("status", ["received", "texting"])
def test_lead_that_has_not_ended_violates_promise_1(status):
    history = Written()
    history.post("k1", JANE)

    assert violated(history, lead(status=status)) == {"I1"}


def test_held_lead_is_final_only_while_the_integration_is_off():
    history = Written()
    history.post("k1", JANE)

    assert violated(history, lead(status="held"), is_on=True) == {"I1"}
    assert violated(history, lead(status="held"), is_on=False) == set()


def test_2xx_without_a_lead_id_violates_promise_1():
    history = Written()
    history.post("k1", JANE, lead=None)

    assert violated(history) == {"I1"}


def lost_around(fault, seconds):
    """Judge a lead that is gone: answered after so many seconds, just before a fault."""
    history = Written()
    post = history.begin(
        "post", {"key": "k1", "phone": JANE, "url": 0, "shape": "json", "try": 0}
    )
    history.now += seconds - 1
    history.end(post, "ok", {"status": 202, "lead_id": A, "word": "accepted"})
    history.note("nemesis", "begin", fault)
    history.note("nemesis", "end", fault)
    return judged(history)["I1"]


def test_lead_of_the_spool_lost_with_the_disk_of_redis_is_the_known_hole():
    found = lost_around("redis-wiped", seconds=2.0)

    assert (found.count, found.residual) == (0, 1)


@pytest.mark.parametrize(("fault", "seconds"), [("redis-wiped", 0.5), ("kill-web", 2.0)])
def test_lead_that_postgresql_had_or_that_no_lost_disk_explains_is_lost(fault, seconds):
    found = lost_around(fault, seconds)

    assert (found.count, found.residual) == (1, 0)
