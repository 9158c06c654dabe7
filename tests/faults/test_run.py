"""A short run of everything: a real copy, real faults, and the judge's word on it."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from faults.checker import judge
from faults.nemesis import TABLE, applied
from faults.run import Plan, Run, patience_of
from faults.service import running

pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).parents[2]
FAULTS = ("kill-worker", "redis-away-1s", "twilio-accepts-then-500")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Run some twenty seconds at a low rate; return what the run has written."""
    folder = tmp_path_factory.mktemp("run")
    with running() as service:
        with Run(service, folder, Plan(rate=6.0, seed=7, switch_every=6.0)) as run:
            for name in FAULTS:
                fault = TABLE[name](random.Random(7))
                time.sleep(2.0)  # load before, between and after
                with applied(fault, service, run.history):
                    time.sleep(fault.seconds)
            time.sleep(3.0)
        run.conclude()
    return folder


def test_every_promise_holds_while_things_break(folder):
    _, found = judge(folder / "history.jsonl", folder / "ending.json")

    assert {each.name: each.violations for each in found if each.count} == {}


def test_run_tried_what_it_says_it_held(folder):
    story, found = judge(folder / "history.jsonl", folder / "ending.json")

    tried = {each.name: each.checked for each in found}
    assert story.faults == list(FAULTS)
    assert min(tried[name] for name in ("I1", "I2", "I3", "I5", "I6", "I8", "I9", "I10")) > 0
    assert tried["I1"] >= 60


def test_report_says_what_was_found(folder):
    verdict = json.loads((folder / "verdict.json").read_text())
    summary = (folder / "summary.md").read_text()

    assert verdict["held"] is True
    assert [each["name"] for each in verdict["promises"]] == [f"I{n}" for n in range(1, 11)]
    assert summary.startswith("# Held")
    assert "| kill-worker | 1 |" in summary


def test_stored_run_can_be_judged_again(folder):
    again = subprocess.run(
        [sys.executable, "-m", "faults", "check", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stdout.split()[:2] == ["I1", "held"]
    assert str(folder / "summary.md") in again.stdout


def test_history_holds_no_name_and_no_token(folder):
    history = (folder / "history.jsonl").read_text()

    assert "Hrotsvit" not in history
    assert "/hooks/" not in history


def test_patience_counts_what_the_settings_make_wait():
    short = patience_of({"SETTLE_SECONDS": "5", "UNKNOWN_CHECKS": "1,2,4"})

    assert short == 30 + 90 + 2 * (15 + 4) + 5
    assert patience_of({}) > short
