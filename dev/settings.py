"""What `make run` reads from the environment, and what it gives to the processes.

Whatever the environment says, texts go to the simulator.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from dev.child import ROOT
from dev.errors import CannotRun
from dev.home import remembered

HOST = "127.0.0.1"
HIGHEST_PORT = 65_535
HOSTED = ("DYNO", "RENDER", "FLY_APP_NAME")
#: They would lead Twilio's client past the simulator, or are make's own.
REMOVED = ("TWILIO_EDGE", "TWILIO_REGION", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
SECRETS = {
    "SECRET_KEY": lambda: token_hex(32),
    "TWILIO_ACCOUNT_SID": lambda: f"AC{token_hex(16)}",
    "TWILIO_AUTH_TOKEN": lambda: token_hex(16),
    "METRICS_TOKEN": lambda: token_hex(32),
}


@dataclass(frozen=True)
class Settings:
    """Where this copy of the service lives. The URLs are empty where we run the server."""

    home: Path
    port: int
    simulator_port: int
    base_url: str
    database_url: str
    redis_url: str

    @property
    def local_url(self) -> str:
        """Where this machine finds the service, whatever its public address."""
        return f"http://{HOST}:{self.port}"

    @property
    def simulator_url(self) -> str:
        """Where this machine finds the simulator."""
        return f"http://{HOST}:{self.simulator_port}"


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings; raise CannotRun for those that cannot be."""
    _refuse_hosted(environ)
    port, simulator_port = _port(environ, "PORT", 8000), _port(environ, "SIMULATOR_PORT", 8001)
    if port == simulator_port:
        raise CannotRun(f"PORT and SIMULATOR_PORT are both {port}: choose another for one")
    return Settings(
        home=(ROOT / (environ.get("OPTIN_HOME") or "var")).resolve(),
        port=port,
        simulator_port=simulator_port,
        base_url=(environ.get("PUBLIC_BASE_URL") or f"http://{HOST}:{port}").rstrip("/"),
        database_url=environ.get("DATABASE_URL", ""),
        redis_url=environ.get("REDIS_URL", ""),
    )


def for_processes(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """Make the environment of the processes. Secrets that are not set are made and kept."""
    given = {name: value for name, value in environ.items() if name not in REMOVED}
    secrets = {
        name: environ.get(name) or remembered(settings.home, name.lower(), make)
        for name, make in SECRETS.items()
    }
    return {
        "RATE_LIMIT": "0",
        **given,
        **secrets,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        "OPTIN_HOME": str(settings.home),
        "HOST": HOST,
        "PORT": str(settings.port),
        "PUBLIC_BASE_URL": settings.base_url,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "TWILIO_BASE_URL": settings.simulator_url,
        "SIMULATOR_PORT": str(settings.simulator_port),
        "SIMULATOR_LEDGER": str(settings.home / "simulator.sqlite"),
        "SIMULATOR_INBOUND_URL": f"{settings.base_url}/twilio/inbound",
    }


def _refuse_hosted(environ: Mapping[str, str]) -> None:
    marks = [name for name in HOSTED if environ.get(name)]
    marks += sorted(name for name in environ if name.startswith("RAILWAY_"))
    if marks:
        raise CannotRun(
            f"make run is for a laptop, and {', '.join(marks)} says that this is a hosting "
            "platform: there the Procfile is run"
        )


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    raw = environ.get(name) or str(default)
    if raw.isdecimal() and 0 < int(raw) <= HIGHEST_PORT:
        return int(raw)
    raise CannotRun(f"{name} has to be a port number, such as {default}")
