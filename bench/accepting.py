"""Measure 1: accepted leads a second, beside an empty view and four queues as others use them.

No worker runs: only acceptance is measured. They take turns, A B C A B C, with 32 connections;
the peers use our Valkey. Each lead of ours is another person, so that none is saved the work of
being stored. A second copy of ours has its rate limit on, as production has; the limit is so
high that nobody is refused.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.figures import Figure, median, ratio
from bench.load import Load, Requests, load
from bench.peers import PEERS, Peer, open_gate, serving
from bench.people import people
from bench.profiles import Profile, profiled
from bench.service import CannotMeasure, Service, running

SEED = 1
#: More than the service takes: nobody is sent twice.
MOST_PER_SECOND = 6_000
PEERS_REQUESTS = 10_000  # over and over: who drops or queues a lead does not look at it
WARM_UP_SECONDS = 1.0
LIMIT = "600000"  # a minute
THREADS = (1, 4, 8)  # of each of Granian's two workers; the peers get what serves them best
#: What the four named peers are called in the table.
QUEUES = {
    "stock": "Flask + stock actor.send, in Redis",
    "rq": "Flask + RQ, in Redis",
    "celery": "Flask + Celery, in Redis",
    "arq": "FastAPI + arq, in Redis",
}


@dataclass
class Subject:
    """One of those who take turns."""

    port: int
    cpu_seconds: Callable[[], float]
    requests: Requests
    loads: list[Load] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def turn(self, seconds: float) -> None:
        before = self.cpu_seconds()
        borne = load(self.port, self.requests, seconds)
        if borne.others:
            raise CannotMeasure(f"not every request was accepted: {borne}")
        self.loads.append(borne)
        self.cpu_ms.append((self.cpu_seconds() - before) * 1000 / borne.answered)

    def all_of(self, name: str) -> list[float]:
        return [getattr(each, name) for each in self.loads]


@dataclass(frozen=True)
class Accepted:
    """What came of it."""

    figures: list[Figure]
    rounds: dict[str, Any]
    profile: Profile


def measure(service: Service, rounds: int, seconds: float) -> Accepted:
    """Have them take turns; then one more round of ours, for the profile."""
    open_gate(service.redis_url, service.endpoint[1].rpartition("/")[2])
    with TemporaryDirectory(prefix="optin-bench-") as folder, ExitStack() as stack:
        most = int(MOST_PER_SECOND * (WARM_UP_SECONDS + (rounds + 1) * seconds))
        mine = _requests(service, Path(folder, "ours"), most)
        others = _requests(service, Path(folder, "peers"), PEERS_REQUESTS)
        subjects = {"ours": _ours(service, mine)}
        limited = stack.enter_context(running(web_alone=True, RATE_LIMIT=LIMIT))
        subjects["limited"] = _ours(limited, _requests(limited, Path(folder, "limited"), most))
        threads = {}
        for name, recipe in PEERS.items():
            peers = {
                each: stack.enter_context(serving(name, service.redis_url, each))
                for each in THREADS[: 1 if recipe.asynchronous else None]
            }
            threads[name] = _best(peers, others)
            peer = peers[threads[name]]
            subjects[name] = Subject(peer.port, peer.cpu_seconds, others)
        _take_turns(subjects, rounds, seconds)
        with profiled(service.processes("web")) as profile:
            load(service.port, mine, seconds)
        _check(service, mine)
    return Accepted(_figures(subjects), _rounds(subjects, threads), profile)


def _ours(service: Service, requests: Requests) -> Subject:
    return Subject(service.port, lambda: service.cpu_seconds()["web"], requests)


def _requests(service: Service, path: Path, count: int) -> Requests:
    return Requests.write(path, service.endpoint, islice(people(SEED), count))


def _best(peers: dict[int, Peer], requests: Requests) -> int:
    """Find the number of threads with which a peer takes most."""
    taken = {n: load(peer.port, requests, WARM_UP_SECONDS) for n, peer in peers.items()}
    return max(taken, key=lambda each: taken[each].per_second)


def _take_turns(subjects: dict[str, Subject], rounds: int, seconds: float) -> None:
    for name in ("ours", "limited"):
        load(subjects[name].port, subjects[name].requests, WARM_UP_SECONDS)
    for _ in range(rounds):
        for subject in subjects.values():
            subject.turn(seconds)


def _check(service: Service, requests: Requests) -> None:
    """Each lead has to have been a new one, or the figure would flatter us."""
    if requests.are_used_up or service.api("GET", "/leads?status=duplicate&limit=1")["items"]:
        raise CannotMeasure("some leads were sent twice")


def _figures(subjects: dict[str, Subject]) -> list[Figure]:
    taken = {name: each.all_of("per_second") for name, each in subjects.items()}
    ours, empty = taken["ours"], taken["empty"]
    fastest = max(QUEUES, key=lambda name: median(taken[name]))
    p50, p99 = (median(subjects["ours"].all_of(name)) for name in ("p50_ms", "p99_ms"))
    return [
        Figure(1, "accepted leads, durable in PostgreSQL", median(ours), "/s"),
        *(Figure(1, said, median(taken[name]), "/s") for name, said in QUEUES.items()),
        Figure(1, "empty Flask view", median(empty), "/s"),
        Figure(1, "ours : stock actor.send", ratio(ours, taken["stock"]), "x", at_least=1.2),
        Figure(
            1, f"ours : the fastest, {fastest}", ratio(ours, taken[fastest]), "x", at_least=1
        ),
        Figure(
            1, "with its limits on : without", ratio(taken["limited"], ours), "x", at_least=0.95
        ),
        Figure(1, "ours : empty view (far goal)", ratio(ours, empty), "x", at_least=0.25),
        Figure(1, "p50 with 32 connections", p50, "ms"),
        Figure(1, "p99 with 32 connections", p99, "ms", at_most=50),
        Figure(1, "CPU of web a lead", median(subjects["ours"].cpu_ms), "ms"),
    ]


def _rounds(subjects: dict[str, Subject], threads: dict[str, int]) -> dict[str, Any]:
    return {
        name: {
            "threads": threads.get(name),
            "cpu_ms": subject.cpu_ms,
            "loads": [asdict(each) for each in subject.loads],
        }
        for name, subject in subjects.items()
    }
