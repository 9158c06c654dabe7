"""Measure 3: from the sender's request to our create call, on an idle system, one at a time.

The clock is the machine's: the moment before the request is written, and the moment at which
the simulator notes the call. Beside it, what stock Dramatiq needs for one hop, and how many
commands idle workers ask of Redis.
"""

import time
from datetime import datetime
from itertools import islice
from typing import Any

import redis
from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker

from bench.figures import Figure, percentile
from bench.generator import Connection
from bench.names import HOPS, NAMESPACE
from bench.peers import working
from bench.people import lead, people, request
from bench.service import CannotMeasure, Service

SEED = 3
SPACING_SECONDS = 0.3
TEXT_SECONDS = 10.0
SETTLING_SECONDS, COUNTED_SECONDS = 2.0, 8.0
STOCK_PROCESSES = 2  # with one queue
WORKERS_TIMES_QUEUES = 2 * 3  # of ours: leads, receipts, sms
#: Whatever a bystander asks of Redis: this program does, and not often.
NOT_COUNTED = ("info", "hello", "auth", "client", "select")


def waking_ms(service: Service, samples: int) -> list[float]:
    """Send leads one at a time; return the milliseconds from each to its create call."""
    service.api("PATCH", "/integration", {"lookup": False})
    calls_before = len(_creates(service))
    sent_at = []
    connection = Connection(service.port)
    for person in islice(people(SEED), samples):
        sent_at.append(time.time())
        connection.send(request(*service.endpoint, lead(person)))
        while (answer := connection.read()) is None:
            pass
        if answer[0] != 202:  # noqa: PLR2004  (HTTP's)
            raise CannotMeasure(f"a lead was answered {answer[0]}")
        _await_text(service, person.phone)
        time.sleep(SPACING_SECONDS)
    connection.socket.close()
    created_at = _creates(service)[calls_before:]
    if len(created_at) != samples:
        raise CannotMeasure(f"{samples} leads made {len(created_at)} create calls")
    pairs = zip(sent_at, created_at, strict=True)
    return [(created - sent) * 1000 for sent, created in pairs]


def stock_hop_ms(redis_url: str, samples: int) -> tuple[list[float], float]:
    """Let stock workers idle, then send them jobs one at a time.

    Returns the milliseconds of each hop, and the idle commands a second, process and queue.
    """
    broker = RedisBroker(url=redis_url, namespace=NAMESPACE)
    broker.declare_queue("default")
    with (
        redis.Redis.from_url(redis_url) as client,
        working(redis_url, STOCK_PROCESSES),
    ):
        idle = idle_commands(redis_url) / STOCK_PROCESSES
        hops = [_hop_ms(client, broker) for _ in range(samples)]
    return hops, idle


def idle(service: Service) -> tuple[float, float]:
    """Count what Redis is asked for in a second while no lead comes.

    First by a worker for one of its queues, then by everything: the clock's sweeps go through
    Redis every second, and stock Dramatiq has none.
    """
    with service.frozen("clock", "bulk"):
        workers = idle_commands(service.redis_url)
    return workers / WORKERS_TIMES_QUEUES, idle_commands(service.redis_url)


def idle_commands(redis_url: str) -> float:
    """Count the commands of a second, those inside scripts included."""
    with redis.Redis.from_url(redis_url) as client:
        time.sleep(SETTLING_SECONDS)
        before, began = _commands(client), time.monotonic()
        time.sleep(COUNTED_SECONDS)
        return (_commands(client) - before) / (time.monotonic() - began)


def figures(
    ours: list[float], idle: tuple[float, float], stock: tuple[list[float], float]
) -> list[Figure]:
    """Put both sides beside each other."""
    workers, everything = idle
    hops, stock_idle = stock
    p50, p99 = percentile(ours, 50), percentile(ours, 99)
    return [
        Figure(3, "webhook to create call, idle, p50", p50, "ms", at_most=25),
        Figure(3, "webhook to create call, idle, p99", p99, "ms", at_most=100),
        Figure(3, "stock Dramatiq, one hop alone, p50", percentile(hops, 50), "ms"),
        Figure(3, "stock Dramatiq, one hop alone, max", max(hops), "ms"),
        Figure(3, "idle Redis commands, worker and queue", workers, "/s", at_most=stock_idle),
        Figure(3, "stock Dramatiq, worker and queue", stock_idle, "/s"),
        Figure(3, "all idle commands, clock's sweeps included", everything, "/s"),
    ]


def _hop_ms(client: "redis.Redis", broker: RedisBroker) -> float:
    """Send one job, and wait for what its actor found."""
    broker.enqueue(Message("default", "tell_hop", (time.time(),), {}, {}))
    found = client.blpop([HOPS], timeout=TEXT_SECONDS)
    if found is None:
        raise CannotMeasure("a stock worker did not run a job")
    time.sleep(SPACING_SECONDS)
    return float(found[1]) * 1000


def _commands(client: "redis.Redis") -> int:
    told: dict[str, dict[str, Any]] = client.info("commandstats")
    return sum(
        int(count["calls"])
        for name, count in told.items()
        if not name.removeprefix("cmdstat_").startswith(NOT_COUNTED)
    )


def _creates(service: Service) -> list[float]:
    return [
        datetime.fromisoformat(call["at"]).timestamp()
        for call in service.simulator("GET", "/calls")
        if call["method"] == "POST" and call["path"].endswith("/Messages.json")
    ]


def _await_text(service: Service, phone: str) -> None:
    deadline = time.monotonic() + TEXT_SECONDS
    while not service.simulator("GET", f"/messages?to=%2B{phone[1:]}"):
        if time.monotonic() > deadline:
            raise CannotMeasure("a lead got no text")
        time.sleep(0.02)
