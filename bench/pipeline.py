"""Measures 4 and 5: the whole way of many leads, and the CPU time that it takes.

From the first request to the last person in the opt-in queue, with a simulated Twilio that
takes 50 ms for a call, in turns with a bare loop of Twilio's client with as many threads.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from bench.figures import Figure, median, ratio
from bench.generator import send
from bench.people import Person, lead, people, request
from bench.profiles import Profile, profiled
from bench.service import OURS, ROOT, CannotMeasure, Service, ours

SEED = 4
LATENCY_MS = 50
SENDERS = 16  # connections that post leads
PROCESSES, THREADS = 2, 8  # of the service's workers, hence of the bare loop
POLL_SECONDS = 1.0  # seldom: answering takes CPU time of what is measured
STANDSTILL_SECONDS = 30.0


@dataclass
class Pipeline:
    """What the rounds showed."""

    leads: int
    per_second: list[float] = field(default_factory=list)
    bare_per_second: list[float] = field(default_factory=list)
    cpu_ms: list[dict[str, float]] = field(default_factory=list)  # a lead, by kind of process
    profile: Profile = field(default_factory=Profile)

    def figures(self) -> list[Figure]:
        """Put the rounds together."""
        cpu = median([ours(each) for each in self.cpu_ms])
        kinds = sorted({kind for each in self.cpu_ms for kind in each})
        parts = {kind: median([each.get(kind, 0.0) for each in self.cpu_ms]) for kind in kinds}
        whole, bare = self.per_second, self.bare_per_second
        return [
            Figure(4, "leads joined, whole pipeline", median(whole), "/s", at_least=150),
            Figure(4, "bare loop of create calls", median(bare), "/s"),
            Figure(4, "pipeline : bare loop", ratio(whole, bare), "x", at_least=0.5),
            Figure(5, "CPU a lead, all our processes", cpu, "ms", at_most=6),
            *(
                Figure(5, f"  of it {kind}", parts[kind], "ms")
                for kind in OURS
                if kind in parts
            ),
            *(Figure(5, f"beside it {k}", parts[k], "ms") for k in kinds if k not in OURS),
        ]


def measure(service: Service, rounds: int, leads: int) -> Pipeline:
    """Take turns; then send once more, for the profile."""
    result = Pipeline(leads)
    crowd = people(SEED)
    service.api("PATCH", "/integration", {"lookup": False})  # the loop makes none either
    service.simulator("PUT", "/faults", {"latency_ms": LATENCY_MS})
    for _ in range(rounds):
        before = service.cpu_seconds()
        result.per_second.append(_round(service, list(islice(crowd, leads))))
        after = service.cpu_seconds()
        result.cpu_ms.append(
            {kind: (after[kind] - before.get(kind, 0.0)) * 1000 / leads for kind in after}
        )
        result.bare_per_second.append(_bare_round(service, list(islice(crowd, leads // 2))))
    with profiled(service.processes("workers")) as result.profile:
        _round(service, list(islice(crowd, leads // 2)))
    return result


def _round(service: Service, crowd: list[Person]) -> float:
    """Bring a crowd into the opt-in queue; return how many a second."""
    whole = service.queued() + len(crowd)
    requests = (request(*service.endpoint, lead(person)) for person in crowd)
    tally = send(service.port, requests, SENDERS)
    if set(tally.statuses) != {202}:
        raise CannotMeasure(f"the leads were answered {tally.statuses}")
    _await_queue(service, whole)
    return len(crowd) / (_last_joined(service) - tally.began)


def _last_joined(service: Service) -> float:
    newest = service.api("GET", "/contacts?folder=opt-in-queue&sort=newest&limit=1")
    joined_at: str = newest["items"][0]["joined_queue_at"]
    return datetime.fromisoformat(joined_at).timestamp()


def _await_queue(service: Service, whole: int) -> None:
    """Wait until everybody is there, as long as somebody still arrives."""
    seen, seen_at = -1, time.monotonic()
    while (now := service.queued()) < whole:
        if now > seen:
            seen, seen_at = now, time.monotonic()
        if time.monotonic() - seen_at > STANDSTILL_SECONDS:
            raise CannotMeasure(f"{whole - now} of the leads did not join the opt-in queue")
        time.sleep(POLL_SECONDS)


def _bare_round(service: Service, crowd: list[Person]) -> float:
    """Text a crowd by the bare loop; return how many a second."""
    numbers = [person.phone for person in crowd]
    loops = [_start_loop() for _ in range(PROCESSES)]
    for place, loop in enumerate(loops):
        _tell(loop, service, numbers[place::PROCESSES])
    spans: list[dict[str, float]] = [json.loads(loop.communicate()[0]) for loop in loops]
    if any(loop.returncode for loop in loops):
        raise CannotMeasure("the bare loop failed")
    took = max(each["ended"] for each in spans) - min(each["began"] for each in spans)
    return len(crowd) / took


def _start_loop() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        (sys.executable, "-m", "bench.bare_loop"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _tell(loop: "subprocess.Popen[str]", service: Service, numbers: list[str]) -> None:
    account_sid, auth_token = service.twilio
    told: dict[str, Any] = {
        "account_sid": account_sid,
        "auth_token": auth_token,
        "base_url": service.simulator_url,
        "from_number": service.from_number,
        "threads": THREADS,
        "numbers": numbers,
    }
    if loop.stdin is None or loop.stdout is None:
        raise CannotMeasure("the bare loop cannot be talked to")
    loop.stdout.readline()  # it is up
    loop.stdin.write(json.dumps(told) + "\n")
    loop.stdin.flush()
