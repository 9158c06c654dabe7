"""The matrix: a line per fault, whatever became of it, and an exit status that tells."""

import pytest

from faults import matrix
from faults.matrix import BROKEN, HELD, NOT_RUN, VIOLATED, Matrix
from faults.nemesis import NotHere


@pytest.fixture
def runs(monkeypatch):
    """Let each fault's run end as its name says here, without a copy of the service."""
    ends = {"held": (HELD, "7 leads"), "violated": (VIOLATED, "I2 once")}

    def run(self, name):
        if self.interrupted.is_set() or name == "missing":
            raise NotHere("not installed")
        if name == "broken":
            raise ValueError("no verdict")
        if name == "last":
            self.interrupted.set()
        return ends.get(name, ends["held"])

    monkeypatch.setattr(Matrix, "_run", run)


def test_each_fault_has_its_line_in_order(runs, tmp_path):
    names = ["violated", "held", "missing", "broken"]

    lines = list(Matrix(1, tmp_path).lines(names))

    assert [line.name for line in lines] == names
    assert [line.word for line in lines] == [VIOLATED, HELD, NOT_RUN, BROKEN]
    assert [line.says for line in lines] == [
        "I2 once",
        "7 leads",
        "not installed",
        "ValueError: no verdict",
    ]


@pytest.mark.parametrize(
    ("names", "status"),
    [
        (["held", "missing"], 0),
        (["held", "violated"], 1),
        (["held", "broken"], 1),
    ],
)
def test_status_tells_whether_something_was_violated_or_came_to_no_verdict(
    runs, tmp_path, names, status
):
    assert matrix.run(1, names, tmp_path) == status

    written = (tmp_path / "matrix.txt").read_text()
    assert all(name in written for name in names)


def test_run_that_was_interrupted_is_no_success(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(matrix, "COPIES", 1)

    status = matrix.run(1, ["last", "held"], tmp_path)

    assert status == 1
    assert "1 held, 0 violated, 1 not run" in (tmp_path / "matrix.txt").read_text()
