"""What `make run` reads, and what the processes get."""

import pytest

from dev.errors import CannotRun
from dev.settings import for_processes, read


@pytest.mark.parametrize("name", ["DYNO", "RENDER", "FLY_APP_NAME", "RAILWAY_PROJECT_ID"])
def test_hosting_platform_is_refused(name):
    with pytest.raises(CannotRun, match=name):
        read({name: "1"})


@pytest.mark.parametrize(("name", "value"), [("PORT", "0"), ("SIMULATOR_PORT", "http")])
def test_port_that_is_none_is_named(name, value):
    with pytest.raises(CannotRun, match=f"^{name} "):
        read({name: value})


def test_one_port_for_both_is_refused():
    with pytest.raises(CannotRun, match="both 8001"):
        read({"PORT": "8001"})


def test_secrets_are_made_once_and_kept(tmp_path):
    where = read({"OPTIN_HOME": str(tmp_path)})

    first, second = for_processes(where, {}), for_processes(where, {"SECRET_KEY": "given"})

    assert first["TWILIO_AUTH_TOKEN"] == second["TWILIO_AUTH_TOKEN"]
    assert first["TWILIO_ACCOUNT_SID"].startswith("AC")
    assert len(first["METRICS_TOKEN"]) == 64
    assert second["SECRET_KEY"] == "given"


def test_other_settings_pass_through(tmp_path):
    where = read({"OPTIN_HOME": str(tmp_path), "PUBLIC_BASE_URL": "https://leads.example.com/"})

    env = for_processes(where, {"RATE_LIMIT": "5", "SETTLE_SECONDS": "1"})

    assert env["RATE_LIMIT"] == "5"
    assert env["SETTLE_SECONDS"] == "1"
    assert env["PUBLIC_BASE_URL"] == "https://leads.example.com"
