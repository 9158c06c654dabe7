"""What a running simulator consists of, for every handler to reach."""

from collections import deque
from dataclasses import dataclass, field

from aiohttp import web

from simulator.callbacks import Courier
from simulator.faults import Faults
from simulator.ledger import Ledger, now
from simulator.lives import Lives
from simulator.settings import Settings

CALLS_KEPT = 10_000


@dataclass
class Call:
    """One request to the REST API. The outcome is a status, or how the answer was broken."""

    method: str
    path: str
    query: dict[str, str]
    at: str = field(default_factory=now)
    outcome: str | None = None  # None: not answered yet


@dataclass(frozen=True)
class Simulator:
    settings: Settings
    ledger: Ledger
    faults: Faults
    courier: Courier
    lives: Lives
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))


SIMULATOR = web.AppKey("simulator", Simulator)
CALL = web.RequestKey("call", Call)
