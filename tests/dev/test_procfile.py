"""The Procfile, as a host and as we read it."""

import json
import os

import pytest

from dev.errors import CannotRun
from dev.procfile import read, worker_processes
from tests.dev.conftest import ROOT

ENVIRON = {"PATH": os.environ["PATH"]}


def test_procfile_names_every_process_that_the_formation_has():
    commands = read(ROOT / "Procfile")
    formation = json.loads((ROOT / "app.json").read_text())["formation"]

    assert [*commands] == ["release", *formation]
    assert all(commands.values())


def test_command_may_contain_colons(tmp_path):
    (tmp_path / "Procfile").write_text("web: serve 127.0.0.1:8000\n\n")

    assert read(tmp_path / "Procfile") == {"web": "serve 127.0.0.1:8000"}


def test_missing_procfile_is_named(tmp_path):
    with pytest.raises(CannotRun, match="Procfile cannot be read"):
        read(tmp_path / "Procfile")


@pytest.mark.parametrize(
    ("command", "environ", "expected"),
    [
        ("exec dramatiq actors --processes 3", {}, 3),
        ("exec dramatiq actors --processes ${MANY:-2} --threads 8", {}, 2),
        ("exec dramatiq actors --processes ${MANY:-2} --threads 8", {"MANY": "5"}, 5),
        ("dramatiq actors", {}, 2),
        ("exec python -m workers actors --processes 3", {}, 3),
        ("exec python -m workers.clock", {}, 0),
    ],
)
def test_worker_processes_are_counted_as_bash_reads_the_command(command, environ, expected):
    assert worker_processes(command, {**ENVIRON, **environ}) == expected


def test_counting_runs_nothing(tmp_path):
    worker_processes(f"exec dramatiq actors; touch {tmp_path}/run", ENVIRON)

    assert list(tmp_path.iterdir()) == []
