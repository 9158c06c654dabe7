"""How sampled stacks become shares."""

from bench.figures import Figure
from bench.profiles import Profile
from bench.report import hottest, table


def test_a_function_owns_the_samples_in_which_it_is_innermost():
    profile = Profile()

    profile.read(["run;work 3", "run;work;wait 1"])

    assert profile.samples == 4
    assert profile.own == [("work", 0.75), ("wait", 0.25)]


def test_a_caller_has_the_samples_of_all_it_calls():
    profile = Profile()

    profile.read(["run;work 3", "run;work;wait 1"])

    assert dict(profile.with_callees) == {"run": 1.0, "work": 1.0, "wait": 0.25}


def test_a_function_that_calls_itself_is_counted_once():
    profile = Profile()

    profile.read(["walk;walk;walk 2", "walk 2"])

    assert profile.with_callees == [("walk", 1.0)]


def test_a_profile_that_is_missing_says_why():
    assert "not installed" in hottest({"workers": Profile(missing="py-spy is not installed")})


def test_the_table_says_of_each_goal_whether_it_is_met():
    figures = [
        Figure(1, "fast enough", 2.0, "x", at_least=1.2),
        Figure(3, "too slow", 30.0, "ms", at_most=25),
        Figure(3, "beside it", 1.0, "ms"),
    ]

    lines = table(figures).splitlines()

    assert lines[1].endswith("2.00 x  >= 1.2     met")
    assert lines[2].endswith("30.00 ms  <= 25      NOT MET")
    assert lines[3].endswith("1.00 ms")
