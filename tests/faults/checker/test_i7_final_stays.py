import pytest

from tests.faults.checker.written import JANE, A, Written, judged, lead, violated


def seen(history, status, attempts=1):
    return history.did("look_leads", {}, 200, rows=[[A, status, attempts]])


@pytest.mark.parametrize("final", ["delivered", "undelivered", "landline", "refused"])
def test_final_status_that_was_seen_to_change_violates_promise_7(final):
    history = Written()
    before, after = seen(history, final), seen(history, "sent")

    found = judged(history)["I7"]

    assert [each.ops for each in found.violations] == [(before, after)]


def test_final_status_that_is_another_one_at_the_end_violates_promise_7():
    history = Written()
    history.post("k1", JANE)
    seen(history, "delivered")

    assert violated(history, lead(text="undelivered", attempts=1)) == {"I7"}


def test_status_that_is_not_final_may_change():
    history = Written()
    for status in ("ready", "sending", "unknown", "ready", "sent", "delivered", "delivered"):
        seen(history, status)

    assert violated(history) == set()


def test_text_that_is_sent_again_by_an_operator_may_change():
    history = Written()
    history.post("k1", JANE)
    seen(history, "undelivered")
    history.did("retry", {"lead": A, "phone": JANE}, 202)
    seen(history, "sending", attempts=2)

    assert violated(history, lead(text="delivered", attempts=2)) == set()


def test_attempt_that_nobody_asked_for_violates_promise_7():
    history = Written()
    seen(history, "undelivered")
    seen(history, "undelivered", attempts=2)

    assert violated(history) == {"I7"}


def test_of_two_looks_at_the_same_time_either_may_be_the_older():
    history = Written()
    earlier = history.begin("look_leads")
    seen(history, "delivered")
    history.end(earlier, "ok", {"status": 200, "rows": [[A, "sent", 1]]})

    assert violated(history) == set()
