import ast
import os
import signal
import subprocess
import sys
import time
import timeit
from pathlib import Path

import pytest

import failpoints

ROOT = Path(__file__).parents[1]
STEP = "text_after_claim_before_call"
REACH = f"from failpoints import failpoint; failpoint({STEP!r}); print('went on')"


def run(code, **environment):
    """Run code in a process of its own, since failpoints are armed by the import."""
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_failpoint_does_nothing_unless_the_environment_names_it():
    ended = run(REACH, FAILPOINT="")

    assert (ended.returncode, ended.stdout) == (0, "went on\n")


def test_failpoint_that_is_not_named_is_passed_by():
    ended = run(REACH, FAILPOINT="text_after_record:kill")

    assert (ended.returncode, ended.stdout) == (0, "went on\n")


def test_kill_ends_the_process_on_the_spot():
    ended = run(
        f"import atexit; atexit.register(print, 'cleaned'); {REACH}", FAILPOINT=f"{STEP}:kill"
    )

    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "")


def test_error_is_one_that_nobody_expects():
    ended = run(REACH, FAILPOINT=f"{STEP}:error")

    assert ended.returncode == 1
    assert "FailpointReached" in ended.stderr


def test_sleep_goes_on_after_a_while():
    begun = time.monotonic()

    ended = run(REACH, FAILPOINT=f"{STEP}:sleep=0.4")

    assert time.monotonic() - begun > 0.4
    assert (ended.returncode, ended.stdout) == (0, "went on\n")


def test_skip_lets_the_first_passes_go_by():
    code = f"{REACH}; failpoint({STEP!r}); print('not here')"

    ended = run(code, FAILPOINT=f"{STEP}:kill:1")

    assert ended.returncode == -signal.SIGKILL
    assert "not here" not in ended.stdout
    assert run(REACH, FAILPOINT=f"{STEP}:kill:1").stdout == "went on\n"


def test_once_only_the_first_process_to_reach_it_acts(tmp_path):
    once = str(tmp_path / "acted")

    first = run(REACH, FAILPOINT=f"{STEP}:kill", FAILPOINT_ONCE=once)
    second = run(REACH, FAILPOINT=f"{STEP}:kill", FAILPOINT_ONCE=once)

    assert first.returncode == -signal.SIGKILL
    assert (second.returncode, second.stdout) == (0, "went on\n")
    assert Path(once).read_text() == f"{STEP}\n"


def test_several_may_be_named_and_each_acts_once(tmp_path):
    once = str(tmp_path / "acted")
    flag = f"accept_read:error, {STEP}:kill"
    other = "from failpoints import failpoint; failpoint('accept_read'); print('went on')"

    codes = [
        run(code, FAILPOINT=flag, FAILPOINT_ONCE=once).returncode for code in (REACH, other)
    ]

    assert codes == [-signal.SIGKILL, 1]
    assert run(other, FAILPOINT=flag, FAILPOINT_ONCE=once).returncode == 0


@pytest.mark.parametrize(
    ("flag", "told"),
    [
        ("text_after_clam:kill", "text_after_claim_before_call"),
        (STEP, "neither kill, error nor sleep"),
        (f"{STEP}:die", "neither kill, error nor sleep"),
        (f"{STEP}:sleep=long", "could not convert"),
        (f"{STEP}:kill:often", "a whole number"),
    ],
)
def test_mistyped_flag_is_refused_at_boot_and_says_why(flag, told):
    ended = run("import failpoints", FAILPOINT=flag)

    assert ended.returncode == 1
    assert "The service cannot start" in ended.stderr
    assert told in ended.stderr


def test_process_of_the_service_does_not_start_with_a_mistyped_flag():
    ended = run("import models.accept", FAILPOINT="accept_reed:kill")

    assert ended.returncode == 1
    assert "accept_read" in ended.stderr


def test_list_names_every_failpoint_with_its_modules():
    listed = subprocess.run(
        [sys.executable, "-m", "failpoints"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    lines = dict(line.split(maxsplit=1) for line in listed.stdout.splitlines())
    assert lines[STEP] == "workers.sms"
    assert lines["accept_before_call"] == "models.accept, models.accept_together"
    assert list(lines) == sorted(failpoints.places())


@pytest.mark.parametrize(
    "step",
    [
        "accept",
        "spool",
        "drain",
        "process",
        "text",
        "check",
        "receipt",
        "inbound",
        "revoke",
        "suppress",
        "job",
        "sweep",
    ],
)
def test_every_way_of_the_architecture_has_failpoints(step):
    named = [name for name in failpoints.places() if name.startswith(f"{step}_")]

    assert len(named) >= 2


def test_name_that_cannot_be_read_in_the_source_is_refused(tmp_path, monkeypatch):
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "hooks.py").write_text("failpoint('accept_' + step)\n")
    monkeypatch.setattr(failpoints, "_ROOT", tmp_path)

    with pytest.raises(ValueError, match=r"hooks\.py, line 1"):
        failpoints.places()


def test_failpoints_know_nothing_of_the_service_and_senders_have_none():
    imported = set()
    for node in ast.walk(ast.parse((ROOT / "failpoints.py").read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module.split(".")[0])

    assert imported <= sys.stdlib_module_names
    assert not [
        each for each in (ROOT / "senders").rglob("*.py") if "failpoint" in each.read_text()
    ]


@pytest.mark.alone
def test_failpoint_that_nobody_armed_costs_next_to_nothing():
    """Some 50 ns; what a lead costs is a thousand times that. The bound is for any machine."""
    passes = 100_000

    seconds = min(timeit.repeat(lambda: failpoints.failpoint(STEP), repeat=5, number=passes))

    assert seconds / passes < 5e-6
