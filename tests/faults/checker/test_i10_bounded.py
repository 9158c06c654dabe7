import pytest

from tests.faults.checker.written import Written, judged, violated

MIB = 1 << 20


def sampled(*samples):
    history = Written()
    for memory, disk in samples:
        history.note("watch", "sample", {"memory": memory, "disk": disk})
    return history


@pytest.mark.parametrize("role", ["web", "worker", "redis", "postgres"])
def test_process_that_grows_beyond_its_bound_violates_promise_10(role):
    history = sampled(({role: 90 * MIB}, MIB), ({role: 2_000 * MIB}, MIB), ({role: MIB}, MIB))

    found = judged(history)["I10"]

    assert [each.says.split()[1] for each in found.violations] == [role]


def test_disk_that_grows_without_leads_violates_promise_10():
    assert violated(sampled(({}, MIB), ({}, 3_000 * MIB))) == {"I10"}


def test_usual_sizes_hold_promise_10():
    assert judged(sampled(({"web": 120 * MIB}, 50 * MIB)))["I10"].word == "held"
