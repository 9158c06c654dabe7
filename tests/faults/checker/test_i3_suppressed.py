import pytest

from tests.faults.checker.written import JANE, A, Written, judged, lead, problem, text, violated


@pytest.fixture
def history():
    """Jane left a lead."""
    written = Written()
    written.post("k1", JANE)
    return written


@pytest.mark.parametrize("status", [201, 200])
def test_text_after_suppressed_was_answered_violates_promise_3(history, status):
    op = history.did("suppress", {"phone": JANE}, status, id="s1", in_flight=[])
    late = text(accepted=history.wall() + 0.001)

    found = judged(history, lead(), late)["I3"]

    assert found.count == 1
    assert op in found.violations[0].ops


def test_text_before_the_answer_is_none_of_promise_3(history):
    begun = history.begin("suppress", {"phone": JANE})
    meanwhile = text(accepted=history.wall() + 0.5)
    history.end(begun, "ok", {"status": 201, "id": "s1", "in_flight": []})

    assert violated(history, lead(), meanwhile) == set()


def test_text_after_lifting_was_asked_for_is_none_of_promise_3(history):
    history.did("suppress", {"phone": JANE}, 201, id="s1", in_flight=[])
    history.begin("lift", {"phone": JANE, "id": "s1"})

    assert violated(history, lead(), text(accepted=history.wall() + 0.1)) == set()


def test_number_suppressed_again_after_lifting_counts_again(history):
    history.did("suppress", {"phone": JANE}, 201, id="s1", in_flight=[])
    history.did("lift", {"phone": JANE, "id": "s1"}, 204)
    history.did("suppress", {"phone": JANE}, 201, id="s2", in_flight=[])

    assert violated(history, lead(), text(accepted=history.wall() + 0.1)) == {"I3"}


def test_lifting_whose_answer_was_lost_leaves_open_what_holds(history):
    begun = history.begin("lift", {"phone": JANE, "id": "s0"})
    history.end(begun, "info", {"error": "ReadTimeout"})
    history.did("suppress", {"phone": JANE}, 201, id="s1", in_flight=[])

    assert violated(history, lead(), text(accepted=history.wall() + 0.1)) == set()


def test_start_of_the_person_does_not_end_what_an_operator_suppressed(history):
    history.did("suppress", {"phone": JANE}, 201, id="s1", in_flight=[])
    history.did("start", {"phone": JANE}, 200)

    assert violated(history, lead(), text(accepted=history.wall() + 0.1)) == {"I3"}


def test_202_excuses_the_text_it_names_and_no_other(history):
    history.did("suppress", {"phone": JANE}, 202, id="s1", in_flight=[A])
    soon = history.wall() + 2

    assert violated(history, lead(), text(accepted=soon)) == set()
    assert "I3" in violated(history, lead(), text("other", accepted=soon))


def test_stop_excuses_one_text_under_way_and_only_for_as_long_as_a_call_lasts(history):
    history.did("stop", {"phone": JANE}, 200)
    soon, late = history.wall() + 2, history.wall() + 30

    assert violated(history, lead(), text(accepted=soon)) == set()
    assert "I3" in violated(history, lead(), text(accepted=soon), text(accepted=soon + 1))
    assert "I3" in violated(history, lead(), text(accepted=late))


def test_stop_that_was_not_answered_with_200_promises_nothing(history):
    history.did("stop", {"phone": JANE}, 503, **problem())

    assert violated(history, lead(), text(accepted=history.wall() + 30)) == set()


def test_confirmation_in_the_answer_to_a_stop_is_no_text_of_ours(history):
    history.did("stop", {"phone": JANE}, 200)
    confirmation = text(None, accepted=history.wall() + 1, via="twiml")

    assert violated(history, lead(), text(), confirmation) == set()
