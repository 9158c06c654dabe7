"""Environments apart from .venv: made once, and anew when their lock says something else."""

import pytest

from dev import apart


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "ROOT", tmp_path)
    (tmp_path / "requirements-nothing.txt").write_text("# nothing\n")
    return tmp_path


def test_environment_is_made_once_and_anew_when_its_lock_has_changed(root):
    programs = apart.environment("nothing")
    assert (programs / "python").exists()

    mark = programs / "mark"
    mark.touch()
    apart.environment("nothing")
    assert mark.exists()

    (root / "requirements-nothing.txt").write_text("# nothing, said otherwise\n")
    assert apart.environment("nothing") == programs
    assert not mark.exists()


def test_environment_that_could_not_be_filled_is_tried_again(root):
    lock = root / "requirements-nothing.txt"
    lock.write_text("no-hash-is-told==1.0\n")
    for _ in range(2):
        with pytest.raises(apart.subprocess.CalledProcessError):
            apart.environment("nothing")
