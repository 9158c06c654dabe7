"""Whether the ports we need are free, asked before anything is made or started."""

import socket

from dev.errors import CannotRun
from dev.settings import HOST, Settings


def refuse_busy(settings: Settings) -> None:
    """Raise CannotRun if somebody listens where the service or the simulator should."""
    ports = {"PORT": settings.port, "SIMULATOR_PORT": settings.simulator_port}
    for name, port in ports.items():
        reason = _reason_not_to_bind(port)
        if reason:
            raise CannotRun(
                f"port {port} cannot be used ({reason}): end who uses it, or choose another, "
                f"such as {name}={port + 100} make run"
            )


def _reason_not_to_bind(port: int) -> str | None:
    with socket.socket() as probe:
        # Connections of an earlier run that are still closing are no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return str(error.strerror)
    return None
