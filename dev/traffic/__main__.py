"""python -m dev.traffic: leads, replies and work on a running copy, until SIGTERM.

First a crowd, so that no screen is empty; then a new URL, as a team would make one; then one
thing a second or so. A service that is away is waited for.
"""

import os
import random
import signal
import sys
import threading
from pathlib import Path

import requests

from dev import settings
from dev.first_run import FILE
from dev.home import read_json, write_private
from dev.traffic.scenes import Scenes
from dev.traffic.service import Service
from dev.traffic.team import Team

CROWD = 120
CROWD_PAUSE = 0.05
#: Seconds between two things, on average; the team does one for every so many of them.
PACE = 1.2
TEAM_EVERY = 5
LOOK_SECONDS = 0.5
AWAY_SECONDS = 2.0


def main() -> int:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    service = _awaited(settings.read(os.environ).home / FILE, stopping)
    if service is not None:
        play(service, random.Random(), stopping)
    return 0


def play(service: Service, chance: random.Random, stopping: threading.Event) -> None:
    """Let things happen until asked to stop."""
    scenes, team = Scenes(service, chance), Team(service, chance)
    count = 0
    while not stopping.is_set():
        try:
            _happens(service, scenes, team, count)
        except requests.RequestException as error:
            print(f"the service is away: {type(error).__name__}", flush=True)
            stopping.wait(AWAY_SECONDS)
        count += 1
        stopping.wait(CROWD_PAUSE if count <= CROWD else chance.expovariate(1 / PACE))


def _happens(service: Service, scenes: Scenes, team: Team, count: int) -> None:
    """Keep to the current URL, whoever has changed it; then let one thing happen."""
    if count == CROWD:
        scenes.retired = scenes.url
        service.api("POST", "/integration/regenerate-url")
    if not scenes.url or count % TEAM_EVERY == 0:
        _follow(service, scenes)
    if not scenes.url:
        return  # deleted; somebody may add a new one
    if count < CROWD:
        scenes.new_lead()
    else:
        scenes.happens()
        if count % TEAM_EVERY == 0:
            team.works()


def _follow(service: Service, scenes: Scenes) -> None:
    integration = service.integration()
    current = integration["endpoint_url"] if integration else ""
    if current != scenes.url:
        _note_url(current)
    scenes.url = current


def _note_url(url: str) -> None:
    """Keep first-run.json true: what it says is what people try first."""
    path = settings.read(os.environ).home / FILE
    facts = read_json(path)
    if url and facts.get("endpoint_url") != url:
        write_private(path, facts | {"endpoint_url": url})


def _awaited(first_run: Path, stopping: threading.Event) -> Service | None:
    """Wait until the copy is there and ready. None: asked to stop before."""
    while not stopping.is_set():
        if "api_key" in read_json(first_run):
            service = Service(first_run)
            if service.is_ready():
                return service
        stopping.wait(LOOK_SECONDS)
    return None


if __name__ == "__main__":
    sys.exit(main())
