"""Starts the parts of the service in their order, keeps them running, ends them in reverse."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dev import first_run, procfile
from dev.child import Child
from dev.errors import CannotRun
from dev.keeper import LONG_LIFE, Keeper
from dev.output import Output
from dev.ready import answers, workers_seen
from dev.server_user import ServerUser
from dev.servers import START_SECONDS, Server, Servers
from dev.settings import Settings
from dev.stop import StopAsked

PASS_SECONDS = 0.05
#: All of it has to end within 25 s; workers are given 20 s by the Procfile.
PROCESSES_SECONDS = 20.5
SIMULATOR_SECONDS = 1.0
ALL_SECONDS = 24.5
RELEASE = "release"


class Stopped(Exception):
    """Raised inside the supervisor when it was asked to stop."""


@dataclass(frozen=True)
class Commands:
    """What is run: a test puts small processes in their place."""

    procfile: Path
    simulator: str
    first_account: str


@dataclass
class Supervisor:
    """One run of the service."""

    settings: Settings
    servers: Servers
    commands: Commands
    output: Output
    stop: StopAsked
    env: Mapping[str, str]
    _began: float = field(default_factory=time.time, init=False)
    _has_account: bool = field(default=False, init=False)
    _servers: list[Keeper] = field(default_factory=list, init=False)
    _simulator: list[Keeper] = field(default_factory=list, init=False)
    _processes: list[Keeper] = field(default_factory=list, init=False)

    def run(self) -> None:
        """Run everything until asked to stop. Nothing is left running, however this ends."""
        commands = procfile.read(self.commands.procfile)
        try:
            self._keep(self._simulator, self._child("simulator", self.commands.simulator))
            self._start_servers()
            if RELEASE in commands:
                self._finish(self._child(RELEASE, commands[RELEASE]))
            for name, command in commands.items():
                if name != RELEASE:
                    self._keep(self._processes, self._child(name, command))
            self._make_first_account()
            self._await_ready(
                sum(procfile.worker_processes(line, self.env) for line in commands.values())
            )
            while True:
                self._tend()
        except Stopped:
            self.output.say("stopping")
        finally:
            self._stop()

    def _child(self, name: str, command: str) -> Child:
        argv = ServerUser().command(
            procfile.shell(command)
        )  # as ourselves, and not outliving us
        return Child(name, argv, self.env, self.output.emit)

    def _keep(self, keepers: list[Keeper], child: Child) -> None:
        keeper = Keeper(child, self.output.say)
        keepers.append(keeper)
        keeper.start()

    def _tend(self) -> None:
        """Look after everything once, or raise Stopped."""
        if self.stop:
            raise Stopped
        started_again = [keeper.tend() for keeper in self._servers]
        if any(started_again):
            self.servers.record()
        for keeper in (*self._simulator, *self._processes):
            keeper.tend()
        time.sleep(PASS_SECONDS)

    def _tend_until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._tend()

    def _start_servers(self) -> None:
        own = self.servers.postgres
        self._has_account = (
            own in self.servers.used
            and own.data.exists()
            and first_run.is_known(self.settings.home)
        )
        for server in self.servers.used:
            server.prepare()
            self._keep(self._servers, server.child)
        deadline = time.monotonic() + START_SECONDS
        for server in self.servers.used:
            self._tend_until(lambda server=server: _is_up(server, deadline))  # type: ignore[misc]
        self.servers.record()

    def _finish(self, child: Child) -> None:
        """Run a command that ends by itself; without its success nothing goes on."""
        try:
            child.start()
            self._tend_until(lambda: not child.is_alive())
        finally:
            child.ask_to_stop()
            child.stop(time.monotonic() + SIMULATOR_SECONDS)
        if child.exit_status:
            raise CannotRun(f"{child.name} failed with status {child.exit_status}")

    def _make_first_account(self) -> None:
        """Make it, unless it is known that there is one: asking takes a second."""
        said: list[str] = []
        if not self._has_account:
            self._ask_for_account(said)
        if not first_run.record(self.settings, self.env, said):
            self.output.say(
                "The first account's password and key are not in first-run.json. "
                "`make password` gives a new password, `make account` another account."
            )

    def _ask_for_account(self, said: list[str]) -> None:
        child = self._child("account", self.commands.first_account)
        child.emit = lambda _, line: said.append(line)  # it says secrets: not for the output
        try:
            self._finish(child)
        except CannotRun:
            for line in said:
                self.output.emit(child.name, line)
            raise

    def _await_ready(self, workers: int) -> None:
        self._tend_until(lambda: self._is_ready(workers))
        self.output.say(f"ready: {self.settings.local_url}")

    def _is_ready(self, workers: int) -> bool:
        public_name = urlsplit(self.settings.base_url).netloc
        return (
            all(keeper.child.is_alive() for keeper in self._processes)
            and answers(self.settings.local_url, "/livez", host=public_name)
            and answers(self.settings.simulator_url, "/")
            and self._workers_are_up(workers)
        )

    def _workers_are_up(self, workers: int) -> bool:
        """Signs of life from all of them; if there are none to see, a long life will do."""
        redis_url = self.env["REDIS_URL"]
        return workers_seen(redis_url, self._began) >= workers or all(
            keeper.has_lived(LONG_LIFE) for keeper in self._processes
        )

    def _stop(self) -> None:
        """End everything, the servers last: a call in flight is still recorded."""
        began = time.monotonic()
        _stop_all(self._processes, began + PROCESSES_SECONDS)
        _stop_all(self._simulator, time.monotonic() + SIMULATOR_SECONDS)
        self.servers.stop(began + ALL_SECONDS)


def _stop_all(keepers: list[Keeper], deadline: float) -> None:
    for keeper in keepers:
        keeper.child.ask_to_stop()
    for keeper in keepers:
        keeper.child.stop(deadline)


def _is_up(server: Server, deadline: float) -> bool:
    if time.monotonic() > deadline:
        raise CannotRun(f"{server.child.name} does not start: its last lines above say why")
    return server.is_ready()
