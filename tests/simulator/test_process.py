"""Starting and stopping `python -m simulator`."""

import subprocess
import sys
import time

import pytest
import requests

from .running import JANE, OURS, ROOT, Simulator, free_port


@pytest.fixture
def environment(tmp_path):
    simulator = Simulator(
        free_port(), tmp_path / "l.sqlite3", "http://127.0.0.1:9/twilio/inbound"
    )
    return simulator.environment()


def start(environment):
    return subprocess.run(
        [sys.executable, "-m", "simulator"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize(
    "mark", ["DYNO", "RENDER", "FLY_APP_NAME", "RAILWAY_PROJECT_ID", "RAILWAY_"]
)
def test_simulator_cannot_start_where_real_twilio_is_used(environment, mark):
    ended = start(environment | {mark: "web.1"})

    assert ended.returncode == 1
    assert "cannot start where real Twilio is used" in ended.stderr
    assert mark in ended.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com"])  # noqa: S104
def test_only_loopback_is_listened_on(environment, host):
    ended = start(environment | {"SIMULATOR_HOST": host})

    assert ended.returncode == 1
    assert "SIMULATOR_HOST has to be a loopback address" in ended.stderr


def test_all_mistakes_are_told_at_once_and_no_value_is(environment):
    wrong = {
        "TWILIO_ACCOUNT_SID": "",
        "SIMULATOR_PORT": "http",
        "SIMULATOR_INBOUND_URL": "nowhere",
    }

    ended = start(environment | wrong)

    assert ended.returncode == 1
    for name in wrong:
        assert name in ended.stderr
    assert environment["TWILIO_AUTH_TOKEN"] not in ended.stderr


def test_busy_port_is_a_clear_error(environment, own_simulator):
    ended = start(environment | {"SIMULATOR_PORT": str(own_simulator.port)})

    assert ended.returncode == 1
    assert f"cannot listen on {own_simulator.url}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_unusable_ledger_is_a_clear_error(environment, tmp_path):
    ended = start(environment | {"SIMULATOR_LEDGER": str(tmp_path / "nowhere" / "l.sqlite3")})

    assert ended.returncode == 1
    assert "cannot use its ledger" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("how", ["terminate", "interrupt"])
def test_simulator_stops_within_two_seconds_with_a_call_hanging(own_simulator, client_of, how):
    own_simulator.turn(mode="accept_then_hang")
    with pytest.raises(requests.ReadTimeout):
        client_of(own_simulator, timeout=0.2).messages.create(to=JANE, from_=OURS, body="Hi")
    asked = time.monotonic()

    if how == "terminate":
        own_simulator.process.terminate()
    else:
        own_simulator.process.send_signal(2)
    own_simulator.process.wait(5)

    assert time.monotonic() - asked < 2
    assert own_simulator.process.returncode == 0
