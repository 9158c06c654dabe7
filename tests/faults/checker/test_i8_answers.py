import pytest

from tests.faults.checker.written import JANE, Written, judged, problem, violated

POST = {"key": "k1", "phone": JANE, "url": 0, "shape": "json", "try": 0}


@pytest.mark.parametrize("status", [500, 502, 418, 301])
def test_code_that_is_not_allowed_violates_promise_8(status):
    history = Written()
    op = history.did("post", POST, status, **problem())

    found = judged(history)["I8"]

    assert [each.ops for each in found.violations] == [(op,)]


@pytest.mark.parametrize("status", [400, 404, 413, 415, 422])
def test_refusal_of_a_sound_lead_violates_promise_8(status):
    history = Written()
    history.did("post", POST, status, **problem())

    assert violated(history) == {"I8"}


def test_what_is_no_lead_has_to_be_refused_and_by_its_own_code():
    def answered(status):
        history = Written()
        value = POST | {"expects": 422, "phone": ""}
        history.did("post", value, status, **problem())
        return violated(history)

    assert answered(422) == set()
    assert answered(400) == {"I8"}
    assert answered(202) == {"I1", "I8"}


@pytest.mark.parametrize(
    "flaw", [{"trace": True}, {"problem": False}, {"retry_after": False}], ids=str
)
def test_refusal_that_is_not_put_as_it_should_be_violates_promise_8(flaw):
    history = Written()
    history.did("post", POST, 503, **problem(**flaw))

    assert violated(history) == {"I8"}


def test_error_of_the_api_violates_promise_8():
    history = Written()
    history.did("suppress", {"phone": JANE}, 500, **problem())

    assert violated(history) == {"I8"}


def test_410_of_a_url_that_nobody_replaced_violates_promise_8():
    history = Written()
    history.did("regenerate", {"url": 0}, 200, url=1)
    history.post("k1", JANE, url=1, status=410)

    assert violated(history) == {"I8"}


def test_423_of_an_integration_that_nobody_switched_off_violates_promise_8():
    history = Written()
    history.post("k1", JANE, status=423)

    assert violated(history) == {"I8"}


def test_423_after_activate_was_answered_violates_promise_8():
    history = Written()
    history.did("deactivate", {"url": 0}, 200, url=0)
    history.did("activate", {"url": 0}, 200, url=0)
    history.post("k1", JANE, status=423)

    assert violated(history) == {"I8"}


def test_all_violations_count_and_few_are_kept():
    history = Written()
    for _ in range(70):
        history.did("post", POST, 500, **problem())

    found = judged(history)["I8"]

    assert found.count == 70
    assert len(found.violations) == 50
