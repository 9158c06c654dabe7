"""With what a copy is started: ports of its own, and short waits."""

import os
import socket
from pathlib import Path

#: Set for a laptop's own copy, they would lead this one elsewhere. A caller may give them.
NOT_TAKEN_OVER = (
    *("DATABASE_URL", "REDIS_URL", "PUBLIC_BASE_URL", "TWILIO_BASE_URL", "RATE_LIMIT"),
    *("WEB_CONCURRENCY", "WORKER_PROCESSES", "WORKER_THREADS", "DATABASE_POOL", "LOG_LEVEL"),
    *("MAKELEVEL", "MAKEFLAGS", "MFLAGS", "FAILPOINT", "FAILPOINT_ONCE"),
)
#: What is waited for in minutes otherwise.
SHORT = {
    "SETTLE_SECONDS": "5",
    "UNKNOWN_CHECKS": "1,2,4",
    "RECEIPT_FETCH_SECONDS": "15",
    "CIRCUIT_PROBE_SECONDS": "1",
    "PREFIX_CAP_HOURLY": "1000000",
}


def environment_of(home: Path) -> dict[str, str]:
    """Make the environment of a copy that lives in *home*."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_TAKEN_OVER}
    return (
        kept
        | SHORT
        | {
            "OPTIN_HOME": str(home),
            "PORT": str(_free_port()),
            "SIMULATOR_PORT": str(_free_port()),
        }
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
