"""What the simulator is told by its environment, read once and checked in one go.

Every mistake is reported together. On a hosting platform, where real Twilio is used, it
refuses to start at all: nobody shall wait for texts that were only simulated.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

HOSTED = ("DYNO", "RENDER", "FLY_APP_NAME")
HIGHEST_PORT = 65535


class Misconfigured(Exception):
    """The environment is not one to start in; the message names every reason."""


@dataclass(frozen=True)
class Settings:
    host: str
    port: int
    account_sid: str
    auth_token: str
    ledger: Path
    inbound_url: str

    @property
    def base_url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read and check everything; raise Misconfigured with all that is wrong."""
        _refuse_hosted(environment)
        mistakes: list[str] = []
        settings = cls(
            host=_host(environment, mistakes),
            port=_port(environment, mistakes),
            account_sid=_required(environment, "TWILIO_ACCOUNT_SID", mistakes),
            auth_token=_required(environment, "TWILIO_AUTH_TOKEN", mistakes),
            ledger=Path(_required(environment, "SIMULATOR_LEDGER", mistakes)),
            inbound_url=_url(environment, "SIMULATOR_INBOUND_URL", mistakes),
        )
        if mistakes:
            lines = "\n".join(f"  - {mistake}" for mistake in mistakes)
            raise Misconfigured(f"The simulator cannot start:\n{lines}")
        return settings


def is_loopback(host: str) -> bool:
    """Say whether a host name or address stays on this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_hosted(environment: Mapping[str, str]) -> None:
    marks = [name for name in HOSTED if environment.get(name)]
    marks += sorted(name for name in environment if name.startswith("RAILWAY_"))
    if marks:
        raise Misconfigured(
            f"The simulator cannot start where real Twilio is used ({', '.join(marks)} is set)."
        )


def _required(environment: Mapping[str, str], name: str, mistakes: list[str]) -> str:
    value = environment.get(name, "").strip()
    if not value:
        mistakes.append(f"{name} is not set")
    return value


def _host(environment: Mapping[str, str], mistakes: list[str]) -> str:
    host = environment.get("SIMULATOR_HOST", "").strip() or "127.0.0.1"
    if not is_loopback(host):
        mistakes.append("SIMULATOR_HOST has to be a loopback address, such as 127.0.0.1")
    return host


def _port(environment: Mapping[str, str], mistakes: list[str]) -> int:
    raw = environment.get("SIMULATOR_PORT", "").strip() or "8001"
    if raw.isdecimal() and 0 < int(raw) <= HIGHEST_PORT:
        return int(raw)
    mistakes.append("SIMULATOR_PORT has to be a port number, such as 8001")
    return 0


def _url(environment: Mapping[str, str], name: str, mistakes: list[str]) -> str:
    value = _required(environment, name, mistakes)
    if value and not is_web_url(value):
        mistakes.append(f"{name} has to be a full http:// or https:// URL")
    return value


def is_web_url(value: str) -> bool:
    """Say whether Twilio could post to this address."""
    if not (value.isascii() and value.isprintable()) or " " in value:
        return False
    try:
        parts = urlsplit(value)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and port_is_fine
