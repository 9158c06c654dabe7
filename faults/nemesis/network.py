"""Replies that are lost or late, and connections that are cut: F19, F22."""

from dataclasses import dataclass, field

from faults.nemesis.between import Between
from faults.nemesis.fault import Factory, NotHere
from faults.nemesis.signals import go_on, stopped
from faults.service import Service

SLOW_SECONDS = 2.0
REPLIES = 3
#: What a request holds, by what is asked: of Redis a ring, a fetch, an ack, the gate's script;
#: of PostgreSQL to take a lead in.
RING, FETCH, ACK, GATE = b"PUBLISH", b"\r\nfetch\r\n", b"__acks__", b"optin:spool:seen"
ACCEPT = b"accept"


@dataclass
class LostReplies:
    """A few replies are lost: what was asked has been done each time, and nobody knows."""

    name: str
    server: str
    wanted: bytes
    with_postgres_hung: bool = False  # the gate is asked only then
    seconds: float = 6.0
    _between: Between = field(init=False)

    def __post_init__(self) -> None:
        self._between = Between(self.server)

    def begin(self, service: Service) -> None:
        proxy = self._between.put(service)
        proxy.lose_reply(self.wanted, REPLIES)
        if self.with_postgres_hung:
            stopped("postgres")(service)

    def end(self, service: Service) -> None:
        """Raise NotHere when there was no such reply to lose: the fault never happened."""
        if self.with_postgres_hung:
            go_on("postgres")(service)
        proxy = self._between.proxy
        self._between.take_out()
        if proxy and not proxy.lost:
            raise NotHere(f"no reply to {self.wanted!r} came by to be lost")


@dataclass
class Slow:
    """Every reply of a server comes late."""

    name: str
    server: str
    reply_delay_seconds: float
    seconds: float = 8.0
    _between: Between = field(init=False)

    def __post_init__(self) -> None:
        self._between = Between(self.server)

    def begin(self, service: Service) -> None:
        self._between.put(service).reply_delay_seconds = self.reply_delay_seconds

    def end(self, _service: Service) -> None:
        self._between.take_out()


@dataclass
class Cut:
    """Every connection to a server breaks in the middle of whatever it was used for."""

    name: str
    server: str
    seconds: float = 2.0
    _between: Between = field(init=False)

    def __post_init__(self) -> None:
        self._between = Between(self.server)

    def begin(self, service: Service) -> None:
        self._between.put(service)

    def end(self, _service: Service) -> None:
        """Break them all, when the service has had time to come to the proxy."""
        self._between.take_out()


TABLE: dict[str, Factory] = {
    "lost-ring": lambda _draw: LostReplies("lost-ring", "redis", RING),  # F19
    "lost-fetch": lambda _draw: LostReplies("lost-fetch", "redis", FETCH),  # F19
    "lost-ack": lambda _draw: LostReplies("lost-ack", "redis", ACK),  # F19
    "lost-gate": lambda _draw: LostReplies(  # F19
        "lost-gate", "redis", GATE, with_postgres_hung=True
    ),
    "lost-accept": lambda _draw: LostReplies("lost-accept", "postgres", ACCEPT),  # F6, F19
    "slow-redis": lambda _draw: Slow("slow-redis", "redis", SLOW_SECONDS),  # F22
    "slow-postgres": lambda _draw: Slow("slow-postgres", "postgres", 0.2),
    "cut-redis": lambda _draw: Cut("cut-redis", "redis"),
    "cut-postgres": lambda _draw: Cut("cut-postgres", "postgres"),
}
