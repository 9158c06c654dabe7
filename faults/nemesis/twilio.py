"""A Twilio that lies, is slow, refuses or says things out of order: F23 to F27.

The simulator's dials do it; a connection refused takes its port away.
"""

import random
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from faults.nemesis.fault import Factory, Fault, until
from faults.nemesis.signals import killed
from faults.service import Service

LARGEST_SEED = 2**31
#: All dials as they are when nothing is wrong.
WELL: dict[str, object] = {
    "mode": "ok",
    "rate": 1.0,
    "latency_ms": 0,
    "hang_ms": 20_000,
    "callbacks": "normal",
    "callback_ms": 100,
    "list_lag_s": 0,
}
#: Only some calls are struck, few where each of them holds up a thread for a while.
SOME, FEW = {"rate": 0.3}, {"rate": 0.05}
#: Short of three checks of an unknown text: the second does not see it, the third does.
LIST_LAG = {"list_lag_s": 3}
BACK_SECONDS = 30.0


@dataclass
class Dialed:
    """The dials stand otherwise for a while."""

    name: str
    dials: Mapping[str, object]
    seed: int
    seconds: float = 6.0

    def begin(self, service: Service) -> None:
        service.dial(**{**WELL, **self.dials, "seed": self.seed})

    def end(self, service: Service) -> None:
        """Turn all back; a simulator that is just being started again is waited for."""
        until(lambda: _turned_back(service), BACK_SECONDS)


@dataclass
class Refused:
    """Nobody listens where Twilio should be: every connection is refused."""

    name: str = "twilio-refused"
    seconds: float = 6.0
    _holder: socket.socket | None = field(default=None, init=False)

    def begin(self, service: Service) -> None:
        """Kill the simulator and hold its port, listening to nobody."""
        port = int(service.environment["SIMULATOR_PORT"])
        self._holder = socket.socket()
        self._holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        until(partial(self._takes, service, port), BACK_SECONDS)

    def end(self, service: Service) -> None:
        """Let the supervisor start it again."""
        if self._holder:
            self._holder.close()
            self._holder = None
            until(lambda: _turned_back(service), BACK_SECONDS)

    def _takes(self, service: Service, port: int) -> bool:
        killed("simulator")(service)
        with suppress(OSError):
            if self._holder:
                self._holder.bind(("127.0.0.1", port))
            return True
        return False


def _turned_back(service: Service) -> bool:
    with suppress(OSError):  # requests' errors are among them
        service.dial(**WELL)
        return True
    return False


def _dialed(name: str, dials: Mapping[str, object]) -> Factory:
    def make(draw: random.Random) -> Fault:
        return Dialed(name, dials, draw.randrange(LARGEST_SEED))

    return make


DIALS: dict[str, Mapping[str, object]] = {
    "twilio-accepts-then-500": {"mode": "accept_then_500", **SOME},  # F23
    # F23 with nobody to tell of it: only Twilio's list knows.
    "twilio-accepts-then-500-unheard": {"mode": "accept_then_500", "callbacks": "none", **SOME},
    "twilio-accepts-then-hangs": {"mode": "accept_then_hang", **FEW},  # F23
    "twilio-hangs-then-accepts": {"mode": "hang_then_accept", "hang_ms": 4_000, **SOME},
    "twilio-resets-after-accept": {"mode": "reset_after_accept", **SOME},  # F23
    "twilio-resets-before-read": {"mode": "reset_before_read", **SOME},
    "twilio-half-body": {"mode": "half_body", **SOME},
    "twilio-429": {"mode": "429"},  # F24
    "twilio-500": {"mode": "500", **SOME},
    "twilio-503": {"mode": "503", **SOME},
    "twilio-302": {"mode": "302", **SOME},
    "twilio-slow": {"latency_ms": 2_000},
    "twilio-list-lag": {"mode": "accept_then_500", **SOME, **LIST_LAG},  # F25
    "callbacks-none": {"callbacks": "none"},
    "callbacks-duplicate": {"callbacks": "duplicate"},  # F26
    "callbacks-reversed": {"callbacks": "reversed"},  # F26
    "callbacks-early": {"callbacks": "early"},  # F26
    "callbacks-forged": {"callbacks": "unsigned"},  # F26
    "twilio-401": {"mode": "401"},  # F27
}
TABLE: dict[str, Factory] = {
    **{name: _dialed(name, dials) for name, dials in DIALS.items()},
    "twilio-refused": lambda _draw: Refused(),  # F24
}
