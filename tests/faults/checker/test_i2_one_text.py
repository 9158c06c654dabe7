from tests.faults.checker.written import (
    JANE,
    MIDNIGHT,
    A,
    B,
    Written,
    judged,
    lead,
    problem,
    text,
    violated,
)


def test_two_texts_for_one_lead_violate_promise_2():
    history = Written()
    op = history.post("k1", JANE)

    found = judged(history, lead(), text(), text(sid="SM2"))["I2"]

    assert found.count == 1
    assert found.violations[0].ops == (op,)
    assert "SM1, SM2" in found.violations[0].says


def test_retry_that_an_operator_asked_for_allows_one_more_text():
    history = Written()
    history.post("k1", JANE)
    history.did("retry", {"lead": A, "phone": JANE}, 202)
    twice = (lead(attempts=2), text(), text(sid="SM2"))

    assert violated(history, *twice) == set()
    assert violated(history, *twice, text(sid="SM3")) == {"I2"}


def test_retry_that_was_refused_allows_no_more():
    history = Written()
    history.post("k1", JANE)
    history.did("retry", {"lead": A, "phone": JANE}, 409, **problem())

    assert violated(history, lead(), text(), text(sid="SM2")) == {"I2"}


def test_retry_whose_answer_was_lost_may_have_been_done():
    history = Written()
    history.post("k1", JANE)
    history.begin("retry", {"lead": A, "phone": JANE})

    assert violated(history, lead(), text(), text(sid="SM2")) == set()


def test_text_for_a_duplicate_violates_promise_2():
    history = Written()
    history.post("k1", JANE)
    history.post("k2", JANE, lead=A, word="duplicate", status=200)

    rows = lead(), lead(B, "duplicate", duplicate_of=A), text(), text(B, sid="SM2")

    assert "I2" in violated(history, *rows)


def test_second_lead_of_a_person_whose_first_one_counts_is_not_texted():
    history = Written()
    history.post("k1", JANE)
    history.post("k2", JANE, lead=B)
    first = lead(attempts=1)
    second = lead(B, received=MIDNIGHT + 2.5, attempts=1)

    assert violated(history, first, second, text(), text(B, sid="SM2")) == {"I2"}


def test_second_lead_of_a_person_whose_first_one_needed_attention_may_be_texted():
    history = Written()
    history.post("k1", JANE)
    history.post("k2", JANE, lead=B)
    first = lead(status="needs_attention", attempts=1)
    second = lead(B, received=MIDNIGHT + 2.5, attempts=1)

    assert violated(history, first, second, text(), text(B, sid="SM2")) == set()


def test_text_whose_callback_names_nobody_is_matched_by_number_and_time():
    history = Written()
    history.post("k1", JANE)

    assert violated(history, lead(), text(), text(None, sid="SM2")) == {"I2"}


def test_text_for_a_lead_that_is_not_there_violates_promise_2():
    history = Written()
    history.post("k1", JANE, status=503)

    assert violated(history, text()) == {"I2"}
