"""The arithmetic behind the table."""

import pytest

from bench.figures import Figure, median, percentile, ratio


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 1), (1, 1), (50, 50), (99, 99), (99.5, 100), (100, 100)]
)
def test_percentile_is_a_value_that_occurred(percent, expected):
    values = list(range(100, 0, -1))

    assert percentile(values, percent) == expected


def test_percentile_of_one_value_is_that_value():
    assert percentile([7.0], 50) == percentile([7.0], 99) == 7.0


def test_one_disturbed_round_does_not_move_the_median():
    assert median([100, 101, 5]) == 100


def test_ratio_compares_rounds_that_ran_side_by_side():
    mine, theirs = [100, 50, 200], [50, 25, 50]

    assert ratio(mine, theirs) == 2


def test_ratio_refuses_rounds_without_a_neighbor():
    with pytest.raises(ValueError, match="shorter"):
        ratio([1, 2], [1])


@pytest.mark.parametrize(
    ("goals", "value", "met"),
    [
        ({"at_least": 150}, 150, True),
        ({"at_least": 150}, 149.9, False),
        ({"at_most": 25}, 25, True),
        ({"at_most": 25}, 25.1, False),
        ({}, 1, None),
    ],
)
def test_a_goal_is_met_at_its_limit_and_not_beyond(goals, value, met):
    assert Figure(1, "a measure", value, "ms", **goals).met is met


def test_a_goal_is_told_as_it_is_compared():
    assert Figure(1, "speed", 1, "/s", at_least=1.2).goal == ">= 1.2"
    assert Figure(1, "wait", 1, "ms", at_most=50).goal == "<= 50"
    assert Figure(1, "beside it", 1, "ms").goal == ""
