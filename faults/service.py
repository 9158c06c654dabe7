"""A copy of the service as `make run` starts it, in a folder and on ports of its own.

It is asked over HTTP alone. Its processes are found as the supervisor's children, so that a
fault strikes the one it means; what they say is kept in a file for the checker to read.
"""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import requests

from faults.environment import environment_of
from faults.roles import find

ROOT = Path(__file__).parent.parent
READY_SECONDS, STOP_SECONDS, API_SECONDS = 120.0, 30.0, 40.0
GRACE_SECONDS = 5.0


class CannotStart(Exception):
    """The copy did not come up, or did not stop: the message holds its last lines."""


class Service:
    """One copy. It can be stopped, and started again on what it kept."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str] | None = None, *options: str
    ) -> None:
        """Name a copy that lives in *folder*; *options* are those of `python -m dev.run`."""
        folder.chmod(0o711)  # as root the servers run as somebody else
        self.home = folder / "var"
        self.output = folder / "output.log"
        self.options = options
        self.environment = environment_of(self.home) | dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or start it again; return when it says that it is ready."""
        read_before = self.output.stat().st_size if self.output.exists() else 0
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dev.run", *self.options],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C is for us, and we end it in our order
            )
        try:
            self._await_ready(read_before)
        except BaseException:  # an interrupt too: a copy that is not up is left to nobody
            self._end_by_force()
            raise

    def stop(self) -> None:
        """Stop it as a host does: SIGTERM, and force for what does not end by itself."""
        if self._process is None:
            return
        self.resume_all()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._end_by_force()

    def _end_by_force(self) -> None:
        """Leave nothing of it: nobody writes to the folder any more when this returns."""
        left: list[psutil.Process] = []
        for pid in self.pids("everything"):
            with suppress(psutil.NoSuchProcess):
                left.append(psutil.Process(pid))
        self.kill()
        _, stubborn = psutil.wait_procs(left, timeout=GRACE_SECONDS)
        for process in stubborn:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(stubborn, timeout=GRACE_SECONDS)

    def kill(self) -> None:
        """End the supervisor at once; its children are told by the kernel."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def wait(self, seconds: float) -> bool:
        """Say whether the supervisor ended within that time."""
        with suppress(subprocess.TimeoutExpired):
            return self._process is None or self._process.wait(seconds) is not None
        return False

    def resume_all(self) -> None:
        """Let everything go on that somebody stopped, the supervisor last."""
        for pid in reversed(self.pids("everything")):
            with suppress(psutil.Error):
                psutil.Process(pid).resume()

    def pids(self, role: str) -> list[int]:
        """Find the processes of a role, parents before children; roles.py names the roles."""
        if self._process is None or self._process.poll() is not None:
            return []
        return find(self._process.pid, role)

    def api(self, method: str, path: str, **options: Any) -> requests.Response:
        """Ask the management API as the owner."""
        headers = {"Authorization": f"Bearer {self.api_key}", **options.pop("headers", {})}
        url = f"{self.base_url}/api/v1{path}"
        seconds = options.pop("timeout", API_SECONDS)
        return requests.request(method, url, headers=headers, timeout=seconds, **options)

    def dial(self, **dials: object) -> None:
        """Turn the simulator's dials."""
        url = f"{self.simulator_url}/_sim/faults"
        requests.put(url, json=dials, timeout=10).raise_for_status()

    @property
    def base_url(self) -> str:
        return str(self.facts["base_url"])

    @property
    def endpoint_url(self) -> str:
        """The endpoint URL the copy began with: a regenerated one is asked of the API."""
        return str(self.facts["endpoint_url"])

    @property
    def simulator_url(self) -> str:
        return str(self.facts["simulator_url"])

    @property
    def api_key(self) -> str:
        return str(self.facts["api_key"])

    @property
    def from_number(self) -> str:
        return str(self.facts["from_number"])

    @property
    def database_url(self) -> str:
        return str(_json(self.home / "servers.json")["database_url"])

    @property
    def redis_url(self) -> str:
        return str(_json(self.home / "servers.json")["redis_url"])

    @property
    def facts(self) -> dict[str, Any]:
        """What first-run.json says."""
        return _json(self.home / "first-run.json")

    def _await_ready(self, read_before: int) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while b"\nready:" not in (said := b"\n" + self._said_since(read_before)):
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise CannotStart(said[-2000:].decode(errors="replace"))
            time.sleep(0.02)

    def _said_since(self, offset: int) -> bytes:
        with self.output.open("rb") as output:
            output.seek(offset)
            return output.read()


@contextmanager
def running(
    folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[Service]:
    """Run a copy while the block lasts. A temporary folder is removed afterwards."""
    own = folder is None
    folder = folder or Path(tempfile.mkdtemp(prefix="optin-faults-"))
    service = Service(folder, environment)
    try:
        service.start()
        yield service
    finally:
        service.stop()
        if own:
            shutil.rmtree(folder, ignore_errors=True)


def _json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content
