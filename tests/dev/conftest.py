"""A copy of the service with small processes in the place of the real ones."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parent.parent.parent
FAKE = f"exec {sys.executable} {Path(__file__).with_name('fake_process.py')}"
PROCFILE = f"""release: exec {sys.executable} -c "print('migrated')"
web: {FAKE} web
worker: {FAKE} worker
"""
SECONDS = 30.0


def wait_until(holds, seconds=SECONDS):
    """Poll; fail when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Copy:
    """One copy that a test runs, on ports of its own."""

    def __init__(self, folder, **environ):
        self.home = folder / "var"
        self.port, self.simulator_port = free_port(), free_port()
        procfile = folder / "Procfile"
        procfile.write_text(PROCFILE)
        self.options = ["--procfile", str(procfile)]
        self.options += ["--simulator", f"{FAKE} simulator"]
        self.options += ["--first-account", f"{FAKE} account"]
        self.environ = environ
        self.lines = []
        self.process = None

    def begin(self, command=(sys.executable, "-m", "dev.run")):
        """Start it, in whatever state that ends."""
        environ = {"PATH": os.environ["PATH"], "HOME": str(self.home.parent)}
        environ |= {"OPTIN_HOME": str(self.home), "PORT": str(self.port)}
        environ |= {"SIMULATOR_PORT": str(self.simulator_port), **self.environ}
        # Tests in the background ignore an interrupt; what they start is not to.
        self.process = subprocess.Popen(
            ["env", "--default-signal=INT", *command, *self.options],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def start(self, **options):
        """Start it and wait until it can be used."""
        self.lines.clear()
        self.begin(**options)
        wait_until(lambda: self.said("ready: ") or self.process.poll() is not None, 90)
        assert self.said(f"ready: http://127.0.0.1:{self.port}"), "\n".join(self.lines)
        return self

    def said(self, words):
        return any(words in line for line in self.lines)

    def stop(self, number=signal.SIGTERM):
        """Signal it and wait for its end; answer its status."""
        self.process.send_signal(number)
        status = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        return status

    def ask(self, port=None):
        """Ask the fake web process who it is; None while it does not answer."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{port or self.port}/livez"
            ) as answer:
                return json.load(answer)
        except OSError:
            return None

    def json(self, name):
        return json.loads((self.home / name).read_text())

    def left(self):
        """Name every process at work for this copy, and every temporary folder."""
        return [*filter(None, map(self._named, psutil.process_iter())), *self.socket_folders()]

    def socket_folders(self):
        link = self.home / "sockets"
        return [str(link.readlink())] if link.is_symlink() else []

    def _named(self, process):
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            if self.home in (Path(process.cwd()), *Path(process.cwd()).parents):
                return process.name()
            is_ours = process.environ().get("OPTIN_SUPERVISED_FOR") == str(self.home)
            return process.name() if is_ours else None
        except psutil.Error:
            return None

    def _read(self):
        with self.process.stdout:
            for line in self.process.stdout:
                self.lines.append(line.rstrip())


@pytest.fixture
def make_copy(tmp_path):
    """Make copies, and end at the end of the test what still runs of them."""
    copies = []

    def make(**environ):
        folder = tmp_path / str(len(copies))
        folder.mkdir()
        copies.append(Copy(folder, **environ))
        return copies[-1]

    yield make
    for copy in copies:
        if copy.process and copy.process.poll() is None:
            copy.stop()
        for folder in copy.socket_folders():  # of a supervisor that the test has killed
            shutil.rmtree(folder)


@pytest.fixture
def copy(make_copy):
    return make_copy()
