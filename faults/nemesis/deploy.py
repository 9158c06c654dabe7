"""New code beside old workers: F16."""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from redis import Redis

from faults.nemesis.fault import Factory, NotHere, until
from faults.nemesis.signals import go_on, stopped
from faults.service import Service

QUEUE = "dramatiq:leads"
RENAMED = "process_lead_of_the_next_release"
GATHER_SECONDS = 10.0
PATIENCE_SECONDS = 5


@dataclass
class RenamedActor:
    """Rings for an actor that the workers at work do not know: the web process is newer."""

    name: str = "renamed-actor"
    seconds: float = 3.0

    def begin(self, service: Service) -> None:
        """Stop the workers, give every job that waits another actor's name, let them go on."""
        stopped("worker")(service)
        try:
            with Redis.from_url(service.redis_url, socket_timeout=PATIENCE_SECONDS) as client:
                if not until(lambda: client.llen(QUEUE), GATHER_SECONDS):
                    raise NotHere("no job came to be renamed")
                for key, job in _jobs(client).items():
                    client.hset(f"{QUEUE}.msgs", key, _renamed(job))
        finally:
            go_on("worker")(service)

    def end(self, service: Service) -> None:
        """Need no undoing: the jobs are gone, and the rows say what is to be done."""
        go_on("worker")(service)


def _jobs(client: Redis) -> dict[str, bytes]:
    found: Any = client.hgetall(f"{QUEUE}.msgs")
    return dict(found)


def _renamed(job: bytes) -> bytes:
    with suppress(ValueError):
        return json.dumps(json.loads(job) | {"actor_name": RENAMED}).encode()
    return job


TABLE: dict[str, Factory] = {"renamed-actor": lambda _draw: RenamedActor()}
