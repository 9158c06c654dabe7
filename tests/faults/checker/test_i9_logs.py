from tests.faults.checker.written import Written, judged


def test_what_stands_in_a_log_and_must_not_violates_promise_9():
    found = judged(Written(), ("leaks", ["output.log", 7, "phone"]), log_bytes=100)["I9"]

    assert [each.says for each in found.violations] == ["a phone stands in output.log, line 7"]


def test_log_with_nothing_in_it_proves_nothing():
    assert judged(Written(), log_bytes=0)["I9"].word == "not tried"
