import pytest

from tests.faults.checker.written import JANE, JOE, MIDNIGHT, B, Written, judged, lead, violated


def test_2xx_for_a_request_that_began_after_deactivate_violates_promise_4():
    history = Written()
    closed = history.did("deactivate", {"url": 0}, 200, url=0)
    post = history.post("k1", JANE)

    found = judged(history, lead(received=MIDNIGHT))["I4"]

    assert [each.ops for each in found.violations] == [(closed, post)]


def test_request_that_began_before_the_answer_may_be_taken():
    history = Written()
    closing = history.begin("deactivate", {"url": 0})
    post = history.begin(
        "post", {"key": "k", "phone": JANE, "url": 0, "shape": "json", "try": 0}
    )
    history.end(closing, "ok", {"status": 200, "url": 0})
    history.end(post, "ok", {"status": 202, "lead_id": B, "word": "accepted"})

    assert violated(history, lead(B, received=MIDNIGHT + 2.5)) == set()


def test_row_received_while_the_integration_was_off_violates_promise_4():
    history = Written()
    history.post("k1", JANE, status=503)
    history.did("deactivate", {"url": 0}, 200, url=0)

    assert violated(history, lead(received=history.wall() + 0.1)) == {"I4"}


def test_from_the_request_to_activate_on_leads_are_taken():
    history = Written()
    history.did("deactivate", {"url": 0}, 200, url=0)
    history.begin("activate", {"url": 0})
    history.post("k1", JANE)

    assert violated(history, lead(received=history.wall() - 0.5)) == set()


def test_post_still_under_way_when_it_is_turned_on_again_may_be_taken():
    history = Written()
    history.did("deactivate", {"url": 0}, 200, url=0)
    post = history.begin(
        "post", {"key": "k", "phone": JANE, "url": 0, "shape": "json", "try": 0}
    )
    history.begin("activate", {"url": 0})
    history.end(post, "ok", {"status": 202, "lead_id": B, "word": "accepted"})

    assert violated(history, lead(B, received=history.wall())) == set()


def test_closing_202_promises_nothing_yet():
    history = Written()
    history.did("deactivate", {"url": 0}, 202, url=0, closing=True)
    history.post("k1", JANE)

    assert violated(history, lead(received=history.wall())) == set()


@pytest.mark.parametrize("verb", ["regenerate", "delete"])
def test_replaced_or_deleted_url_takes_nothing(verb):
    history = Written()
    history.did(verb, {"url": 0}, 200, url=1)
    history.post("k1", JANE, url=0)

    assert violated(history, lead(received=MIDNIGHT)) == {"I4"}


def test_new_url_takes_leads_after_the_old_one_was_replaced():
    history = Written()
    history.did("regenerate", {"url": 0}, 200, url=1)
    history.post("k1", JANE, url=1)

    assert violated(history, lead(received=history.wall())) == set()


def test_row_that_only_a_dead_url_can_have_taken_violates_promise_4():
    history = Written()
    history.post("k1", JANE, status=503)
    history.post("k2", JOE, url=0, lead=B)
    history.did("regenerate", {"url": 0}, 200, url=1)
    history.post("k2", JOE, url=1, lead=B, word="duplicate", status=200)
    late = history.wall() + 5

    assert violated(history, lead(received=late), lead(B, phone=JOE)) == {"I4"}
    assert violated(history, lead(), lead(B, phone=JOE, received=late)) == set()


def test_times_of_a_service_whose_clock_was_moved_are_no_evidence():
    history = Written()
    history.note("nemesis", "begin", "clock-forward")
    history.post("k1", JANE, status=503)
    history.did("deactivate", {"url": 0}, 200, url=0)

    assert violated(history, lead(received=history.wall() + 0.1)) == set()
