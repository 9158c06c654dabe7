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
