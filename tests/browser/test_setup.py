"""Setting up where no seed was made: a web process of its own, on an empty database."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests

from tests.browser.conftest import sign_in
from tests.conftest import free_port

ROOT = Path(__file__).parents[2]


class Web:
    """A web process and what it has logged."""

    def __init__(self):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.lines = []
        env = os.environ | {
            "PORT": str(port),
            "HOST": "127.0.0.1",
            "PUBLIC_BASE_URL": self.url,
            "WEB_CONCURRENCY": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "web.serve"],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line)

    def answers(self):
        try:
            return requests.get(f"{self.url}/livez", timeout=1).ok
        except requests.ConnectionError:
            return False

    def token(self):
        said = [json.loads(line).get("message", "") for line in self.lines]
        told = [words.split()[-1] for words in said if "set-up token" in words]
        return told[-1] if told else None

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.reader.join(5)
        self.process.stdout.close()


@pytest.fixture
def web(app, until):
    """Asks for `app`, which empties the database afterwards."""
    started = Web()
    until(started.answers)
    yield started
    started.stop()


def test_first_owner_sets_up_with_the_token_that_the_log_prints(browser, web, until, axe):
    context = browser.new_context(base_url=web.url)
    page = context.new_page()
    page.goto("/")
    page.wait_for_url("**/setup")
    axe(page, "setup")

    page.get_by_label("Set-up token").fill(until(web.token))
    page.get_by_label("Name of the business").fill("Spring Fitness")
    page.get_by_label("Time zone").select_option("Europe/London")
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("Your e-mail").fill("ana@example.com")
    page.get_by_label("Password").fill("a staple of correct horses")
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url("**/sign-in")
    sign_in(page, "ana@example.com", "a staple of correct horses")
    page.goto("/settings/team")

    page.get_by_role("row", name="Ana").wait_for()
    assert page.goto("/setup").status == 404
    context.close()
