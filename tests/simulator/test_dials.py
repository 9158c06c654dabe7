"""The fault dials themselves: merged, checked, drawn by seed, and put back."""

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

OFF = {
    "latency_ms": 0,
    "mode": "ok",
    "rate": 1.0,
    "callbacks": "normal",
    "callback_ms": 100,
    "list_lag_s": 0,
    "seed": 0,
    "hang_ms": 20_000,
}


def test_dials_are_merged_and_read_back(simulator):
    url = f"{simulator.url}/_sim/faults"

    first = requests.put(url, json={"mode": "503", "rate": 0.5}, timeout=5)
    second = requests.put(url, json={"latency_ms": 5}, timeout=5)

    assert first.json() == OFF | {"mode": "503", "rate": 0.5}
    assert second.json() == first.json() | {"latency_ms": 5}
    assert requests.get(url, timeout=5).json() == second.json()


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "sometimes"},
        {"mode": 429},
        {"rate": 1.1},
        {"rate": True},
        {"callbacks": "late"},
        {"latency_ms": -1},
        {"callback_ms": "100"},
        {"seed": 0.5},
        {"list_lag_s": None},
        {"speed": 1},
        [],
    ],
)
def test_unusable_dials_are_refused_and_nothing_is_changed(simulator, changes):
    url = f"{simulator.url}/_sim/faults"
    sent = changes | {"hang_ms": 5} if changes else changes

    answer = requests.put(url, json=sent, timeout=5)

    assert answer.status_code == 422
    assert requests.get(url, timeout=5).json() == OFF


def test_same_seed_strikes_the_same_calls(simulator, send):
    def struck(seed):
        simulator.turn(mode="429", rate=0.5, seed=seed)
        return [is_struck(send) for _ in range(20)]

    first, second, other = struck(7), struck(7), struck(8)

    assert first == second
    assert first != other
    assert 3 <= sum(first) <= 17


def is_struck(send):
    try:
        send()
    except TwilioRestException:
        return True
    return False


def test_reset_empties_the_ledger_and_turns_faults_off(simulator, send, twilio):
    send()
    simulator.turn(mode="500", latency_ms=10)

    simulator.reset()

    assert simulator.texts() == []
    assert simulator.calls() == []
    assert requests.get(f"{simulator.url}/_sim/faults", timeout=5).json() == OFF
    assert twilio.messages.list() == []
