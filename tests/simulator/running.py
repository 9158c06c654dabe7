"""A simulator process, and what a script may ask of it."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import requests

ROOT = Path(__file__).parents[2]
ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "t" * 32
OURS = "+12025550100"
JANE = "+12025550142"


def wait_until(condition, seconds=10.0):
    """Poll until the condition gives something true, and return that."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError("It did not become true in time")
        time.sleep(0.01)
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Simulator:
    """A simulator process and what a script may ask of it."""

    port: int
    ledger: Path
    inbound_url: str
    process: subprocess.Popen | None = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def environment(self):
        return {
            "PATH": os.environ["PATH"],
            "SIMULATOR_PORT": str(self.port),
            "SIMULATOR_LEDGER": str(self.ledger),
            "SIMULATOR_INBOUND_URL": self.inbound_url,
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        }

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator"],
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout.readline() == f"simulator: {self.url}\n"
        return self

    def end(self, how="terminate"):
        getattr(self.process, how)()
        self.process.wait(10)
        self.process.stdout.close()

    def turn(self, **dials):
        answer = requests.put(f"{self.url}/_sim/faults", json=dials, timeout=5)
        assert answer.status_code == 200, answer.text

    def texts(self, to=None):
        query = {"to": to} if to else {}
        return requests.get(f"{self.url}/_sim/messages", params=query, timeout=5).json()

    def calls(self):
        return requests.get(f"{self.url}/_sim/calls", timeout=5).json()

    def text_back(self, body, /, **more):
        sent = {"from": JANE, "to": OURS, "body": body, **more}
        return requests.post(f"{self.url}/_sim/inbound", json=sent, timeout=20)

    def reset(self):
        assert requests.post(f"{self.url}/_sim/reset", timeout=5).status_code == 200
