"""The service under test: the real one, started as `make run` does it, with an own home.

Everything is asked over HTTP; the processes are only looked at, to tell what CPU time each of
them took. Whoever starts a copy ends it, and nothing of it is left.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import requests

ROOT = Path(__file__).parent.parent
READY_SECONDS, STOP_SECONDS = 60.0, 30.0
#: Set for a laptop's own copy, they would lead this one to other servers.
NOT_TAKEN_OVER = (
    *("DATABASE_URL", "REDIS_URL", "PUBLIC_BASE_URL", "TWILIO_BASE_URL", "RATE_LIMIT"),
    *("WEB_CONCURRENCY", "WORKER_PROCESSES", "WORKER_THREADS", "DATABASE_POOL", "LOG_LEVEL"),
    *("MAKELEVEL", "MAKEFLAGS", "MFLAGS"),
)
#: What a process is, by a word of its command line. The first that fits counts.
KINDS = {
    "postgres": "PostgreSQL",
    "valkey-server": "Valkey",
    "simulator": "simulator",
    "web.serve": "web",
    "--queues leads": "workers",
    "--queues admin": "bulk",
    "workers.clock": "clock",
}
OURS = ("web", "workers", "bulk", "clock")


class CannotMeasure(Exception):
    """What was to be measured did not run as it has to: no figure would be true."""


class Service:
    """One running copy."""

    def __init__(self, home: Path, process: "subprocess.Popen[bytes]", start_seconds: float):
        self.start_seconds = start_seconds
        self._process = process
        facts = json.loads((home / "first-run.json").read_text())
        servers = json.loads((home / "servers.json").read_text())
        self.redis_url: str = servers["redis_url"]
        self.database_url: str = servers["database_url"]
        self.base_url: str = facts["base_url"]
        self.simulator_url: str = facts["simulator_url"]
        self.from_number: str = facts["from_number"]
        self.operator: tuple[str, str] = facts["email"], facts["password"]
        self.twilio: tuple[str, str] = facts["twilio_account_sid"], facts["twilio_auth_token"]
        endpoint = urlsplit(facts["endpoint_url"])
        self.port = int(endpoint.port or 0)
        self.endpoint = (endpoint.netloc, endpoint.path)
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"Bearer {facts['api_key']}"

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Ask the management API."""
        url = f"{self.base_url}/api/v1{path}"
        answer = self._http.request(method, url, json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def upload(self, path: str, body: bytes) -> Any:
        """Send a CSV."""
        url = f"{self.base_url}/api/v1{path}"
        headers = {"Content-Type": "text/csv"}
        answer = self._http.post(url, data=body, headers=headers, timeout=300)
        answer.raise_for_status()
        return answer.json()

    def simulator(self, method: str, path: str, body: object = None) -> Any:
        """Ask the simulator, or turn its dials."""
        url = f"{self.simulator_url}/_sim{path}"
        answer = requests.request(method, url, json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def queued(self) -> int:
        """Count the contacts in the opt-in queue."""
        folders = self.api("GET", "/folders")
        return next(int(each["count"]) for each in folders if each["id"] == "opt-in-queue")

    def processes(self, kind: str) -> list[psutil.Process]:
        """Find the processes of one kind."""
        return [each for found, each in self._processes() if found == kind]

    def cpu_seconds(self) -> dict[str, float]:
        """Tell the CPU time each kind of process has taken so far."""
        taken: dict[str, float] = {}
        for kind, process in self._processes():
            with suppress(psutil.NoSuchProcess):
                taken[kind] = taken.get(kind, 0.0) + sum(process.cpu_times()[:4])
        return taken

    @contextmanager
    def frozen(self, *kinds: str) -> Iterator[None]:
        """Keep the processes of some kinds from doing anything while the block lasts."""
        found = [each for kind in kinds for each in self.processes(kind)]
        try:
            for each in found:
                each.suspend()
            yield
        finally:
            for each in found:
                each.resume()

    def _processes(self) -> Iterator[tuple[str, psutil.Process]]:
        """Give each process with its kind. Descendants are of the kind of their ancestor."""
        for child in psutil.Process(self._process.pid).children():
            kind = _kind(child)
            yield kind, child
            for each in child.children(recursive=True):
                yield kind, each


def ours(cpu_seconds: Mapping[str, float]) -> float:
    """Sum up what the service itself took, without servers and simulator."""
    return sum(cpu_seconds.get(kind, 0.0) for kind in OURS)


@contextmanager
def running(*, web_alone: bool = False, **settings: str) -> Iterator[Service]:
    """Run a fresh copy while the block lasts; *web_alone* leaves out who processes leads.

    *settings* are what its environment says besides.
    """
    with tempfile.TemporaryDirectory(prefix="optin-bench-") as folder:
        home = Path(folder, "var")
        Path(folder).chmod(0o711)  # as root the servers run as somebody else
        command = [sys.executable, "-m", "dev.run"]
        if web_alone:
            command += ["--procfile", str(_procfile_of_web(Path(folder)))]
        began = time.monotonic()
        with Path(folder, "output").open("w") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=_environment(home) | settings,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C is for us, and we end it in our order
            )
        try:
            _await_ready(process, Path(folder, "output"))
            yield Service(home, process, time.monotonic() - began)
        finally:
            _end(process)


def free_port() -> int:
    """Find a port of loopback that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in NOT_TAKEN_OVER}
    return kept | {
        "OPTIN_HOME": str(home),
        "PORT": str(free_port()),
        "SIMULATOR_PORT": str(free_port()),
        "LOG_LEVEL": "INFO",
    }


def _procfile_of_web(folder: Path) -> Path:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines(keepends=True)
    procfile = folder / "Procfile"
    procfile.write_text(
        "".join(line for line in lines if line.startswith(("release:", "web:")))
    )
    return procfile


def _await_ready(process: "subprocess.Popen[bytes]", output: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not re.search(r"^ready:", said := output.read_text(), re.MULTILINE):
        if process.poll() is not None or time.monotonic() > deadline:
            raise CannotMeasure(f"the service did not start:\n{said[-2000:]}")
        time.sleep(0.02)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a copy. One that does not end by itself is killed: its children then end too."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _kind(process: psutil.Process) -> str:
    try:
        line = " ".join(process.cmdline())
    except psutil.Error:
        return "gone"
    return next((kind for word, kind in KINDS.items() if word in line), "other")
