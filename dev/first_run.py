"""first-run.json: all that a person or a script needs to use a fresh copy.

Password and API key are known only once, when the first account is made, and are kept.
Addresses follow the ports of the last start.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dev.home import read_json, write_private
from dev.settings import Settings

FILE = "first-run.json"
KEPT = ("email", "password", "api_key", "endpoint_path", "from_number")


def record(settings: Settings, env: Mapping[str, str], said: Sequence[str]) -> bool:
    """Write the file; `said` is what making the first account said, if it made one.

    False when there was an account already and its secrets are not here.
    """
    known = read_json(settings.home / FILE)
    if "endpoint_url" in known:
        known["endpoint_path"] = urlsplit(known["endpoint_url"]).path
    account = made_account(said) or {name: known[name] for name in KEPT if name in known}
    write_private(settings.home / FILE, described(settings, env, account))
    return "api_key" in account


def is_known(home: Path) -> bool:
    """Say whether the first account's secrets are here."""
    return "api_key" in read_json(home / FILE)


def described(
    settings: Settings, env: Mapping[str, str], account: Mapping[str, Any]
) -> dict[str, Any]:
    """Describe an account of this copy, as api.md fixes it."""
    path = account.get("endpoint_path")
    whole = {
        "base_url": settings.base_url,
        **{name: account.get(name) for name in ("email", "password", "api_key")},
        "endpoint_url": f"{settings.base_url}{path}" if path else None,
        "simulator_url": settings.simulator_url,
        "from_number": account.get("from_number"),
        "twilio_account_sid": env["TWILIO_ACCOUNT_SID"],
        "twilio_auth_token": env["TWILIO_AUTH_TOKEN"],
        "metrics_token": env["METRICS_TOKEN"],
    }
    return {name: value for name, value in whole.items() if value is not None}


def made_account(said: Sequence[str]) -> dict[str, Any] | None:
    """Find the account among the lines of a command: log lines are JSON objects as well."""
    for line in reversed(said):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and "api_key" in found:
            return found
    return None
