from tests.faults.checker.written import JANE, JOE, A, B, Written, judged, lead, violated


def test_one_key_with_two_lead_ids_violates_promise_5():
    history = Written()
    first = history.post("k1", JANE)
    second = history.post("k1", JANE, lead=B)

    found = judged(history, lead(), lead(B))["I5"]

    assert (first, second) in [each.ops for each in found.violations]


def test_two_rows_for_one_key_violate_promise_5():
    history = Written()
    history.post("k1", JANE)

    assert violated(history, lead(), lead(B)) == {"I5"}


def test_key_that_was_told_its_own_row_and_then_the_first_lead_is_fine():
    history = Written()
    history.post("k1", JANE)
    history.post("k2", JANE, lead=B)
    history.post("k2", JANE, lead=A, word="duplicate", status=200)

    assert violated(history, lead(), lead(B, "duplicate", duplicate_of=A)) == set()


def test_same_bytes_are_one_key_as_long_as_their_lead_counts():
    history = Written()
    history.post("k1", JANE, shape="no_key")
    history.post("k1", JANE, shape="no_key", lead=B)

    assert violated(history, lead(), lead(B)) == {"I5"}
    assert violated(history, lead(status="needs_attention"), lead(B)) == set()


def test_key_that_is_told_the_lead_of_somebody_else_violates_promise_5():
    history = Written()
    history.post("k1", JANE)
    history.post("k2", JOE, lead=A, word="duplicate", status=200)

    assert violated(history, lead()) == {"I5"}


def test_row_that_nobody_has_sent_violates_promise_5():
    assert violated(Written(), lead()) == {"I5"}
