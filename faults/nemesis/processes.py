"""Processes killed, stopped, or asked twice to end: F1 to F3, F5, F7, F10, F15, F37."""

import random
import signal
import time

import psutil

from faults.nemesis.fault import Factory, Fault, Strike, Unmet, nothing, strikes, until
from faults.nemesis.signals import go_on, kept_away, killed, let_back, send, stopped
from faults.service import Service

SERVERS = ("redis", "postgres")
OURS = ("web", "worker", "bulk", "clock")
#: A host kills what has not ended by then.
STOP_SECONDS = 25.0
#: Between the two signals of one stop, as hosts send them.
TWICE_SECONDS = 0.5


def one_web_worker(draw: random.Random) -> Fault:
    """Make the fault that kills one of the processes that answer; the others go on."""

    def strike(service: Service) -> None:
        answering = service.pids("web")[1:]
        send([draw.choice(answering)] if answering else [], signal.SIGKILL)

    return Strike("kill-one-web-worker", 3, strike)


class TerminatedTwice:
    """SIGTERM to every process of ours, and again: all have to end within 25 s."""

    name, seconds = "terminate-twice", 3.0

    def __init__(self) -> None:
        self._asked: list[psutil.Process] = []

    def begin(self, service: Service) -> None:
        pids = [pid for role in OURS for pid in service.pids(role)]
        self._asked = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
        send(pids, signal.SIGTERM)
        time.sleep(TWICE_SECONDS)
        send((each.pid for each in self._asked if each.is_running()), signal.SIGTERM)

    def end(self, _service: Service) -> None:
        """Wait until those who were asked are gone."""
        asked, self._asked = self._asked, []
        if not until(lambda: not any(_is_at_work(each) for each in asked), STOP_SECONDS):
            left = ", ".join(str(each.pid) for each in asked if _is_at_work(each))
            raise Unmet(f"not ended {STOP_SECONDS:g} s after SIGTERM: {left}")


def start_again(service: Service) -> None:
    """Start the copy again where it was killed: same folder, same ports."""
    if not service.pids("supervisor"):
        service.start()


def _is_at_work(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


TABLE: dict[str, Factory] = {
    "kill-one-web-worker": one_web_worker,  # F1
    "terminate-twice": lambda _draw: TerminatedTwice(),  # F15
    **strikes(
        {
            "kill-web": (3, killed("web"), nothing),  # F1
            "kill-worker": (3, killed("worker"), nothing),  # F2
            "kill-bulk": (3, killed("bulk"), nothing),
            "kill-clock": (3, killed("clock"), nothing),
            "kill-simulator": (3, killed("simulator"), nothing),
            "stop-web": (4, stopped("web"), go_on("web")),
            "stop-worker": (5, stopped("worker"), go_on("worker")),
            "redis-away-1s": (1, kept_away("redis"), let_back("redis")),  # F3
            "redis-away-8s": (8, kept_away("redis"), let_back("redis")),  # F3
            "redis-away-60s": (60, kept_away("redis"), let_back("redis")),  # F3
            "redis-stopped": (6, stopped("redis"), go_on("redis")),
            "postgres-killed": (3, killed("postgres"), nothing),  # F5
            "postgres-away": (10, kept_away("postgres"), let_back("postgres")),  # F5
            "postgres-hung": (8, stopped("postgres"), go_on("postgres")),  # F7
            "both-away": (6, kept_away(*SERVERS), let_back(*SERVERS)),  # F10
            "both-stopped": (6, stopped(*SERVERS), go_on(*SERVERS)),  # F10
            "kill-supervisor": (2, lambda service: service.kill(), start_again),  # F37
        }
    ),
}
