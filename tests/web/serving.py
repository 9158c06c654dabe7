"""Web processes of their own, on the tests' database and Redis, each on a port of its own.

Two of them are what one service looks like to its senders: they share what the stores hold
and nothing else.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.conftest import eventually, free_port

ROOT = Path(__file__).parents[2]


@contextmanager
def web_processes(count, **settings):
    """Run *count* web processes; give their base URLs."""
    with tempfile.TemporaryFile() as output:
        ports = [free_port() for _ in range(count)]
        processes = [_start(port, settings, output) for port in ports]
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        try:
            for url in urls:
                eventually(lambda url=url: _is_alive(url), 90)
            yield urls
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)


def _start(port, settings, output):
    environment = os.environ | {"PORT": str(port), "HOST": "127.0.0.1", "WEB_CONCURRENCY": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "web.serve"],
        cwd=ROOT,
        env=environment | settings,
        stdout=output,
        stderr=subprocess.STDOUT,
    )


def _is_alive(url):
    try:
        return requests.get(f"{url}/livez", timeout=2).ok
    except requests.ConnectionError:
        return False
