"""results.json: what a run of one half measures replaces its figures, the others stay."""

import json

import pytest

from bench import report
from bench.figures import Figure


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Write figures as a run does; return what the file has then."""
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results.json")

    def write(*figures, **details):
        report.write({"cores": 2}, figures, {}, details)
        return json.loads(report.RESULTS.read_text())

    return write


def test_figures_of_the_other_half_stay_with_their_time(results):
    first = results(Figure(1, "accepted", 600.0, "/s"), accepting=[1])

    both = results(Figure(7, "moved", 20_000.0, "contacts/s", at_least=20_000), people=[2])

    assert [each["name"] for each in both["figures"]] == ["accepted", "moved"]
    assert both["figures"][0] == first["figures"][0]
    assert both["details"] == {"accepting": [1], "people": [2]}


def test_figures_that_are_measured_again_are_replaced(results):
    results(Figure(7, "moved", 1.0, "contacts/s"), Figure(7, "labeled", 1.0, "contacts/s"))

    again = results(Figure(7, "moved", 2.0, "contacts/s"))

    assert [(each["name"], each["value"]) for each in again["figures"]] == [("moved", 2.0)]
